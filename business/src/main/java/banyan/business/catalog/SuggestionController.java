package banyan.business.catalog;

import banyan.platform.search.SearchIndex;
import banyan.platform.web.Allow;
import dev.openfeature.sdk.Client;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Helps who is typing into a search box. */
@RestController
class SuggestionController {
  private static final int SUGGESTIONS_MAX = 10;

  record Suggestion(String text) {}

  record Suggestions(List<Suggestion> data) {}

  private final SearchIndex index;
  private final Client toggles;

  SuggestionController(SearchIndex index, Client toggles) {
    this.index = index;
    this.toggles = toggles;
  }

  /** Titles for a search box; none while suggestions are switched off, for they are a courtesy. */
  @GetMapping("/api/products/suggestions")
  @Allow(everyone = true)
  Suggestions suggest(@RequestParam @Size(max = 200) String q) {
    return new Suggestions(
        toggles.getBooleanValue("search-suggestions", true)
            ? index.suggest(q, SUGGESTIONS_MAX).stream().map(Suggestion::new).toList()
            : List.of());
  }
}
