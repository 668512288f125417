package banyan.web.console;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

/** The operations console. The page is whole without a script; with one it is live. */
@Controller
class ConsolePages {
  /** Texts that the script needs: keys below {@code console.}. */
  private static final List<String> SCRIPT_WORDS =
      List.of(
          "live",
          "ended",
          "broken",
          "healthy",
          "per-second",
          "empty",
          "book.right",
          "book.wrong",
          "book.unread",
          "book.waiting",
          "violations",
          "books.sum",
          "binds.now",
          "binds.next",
          "binds.none",
          "binds.waits",
          "binds.relief",
          "binds.last",
          "chart.class",
          "series.p50",
          "series.p95",
          "series.p99",
          "series.process",
          "series.machine",
          "series.heap",
          "series.in-use",
          "series.waiting",
          "series.commits",
          "series.hits",
          "series.backlog",
          "series.none");

  private static final List<String> CLASSES =
      List.of(
          "all",
          "view",
          "search",
          "cart",
          "checkout",
          "order",
          "account",
          "seller",
          "office",
          "file",
          "other");

  private static final List<String> CHARTS =
      List.of(
          "throughput", "latency", "refusals", "cpu", "connections", "commits", "hits", "backlog");

  @ModelAttribute
  void personal(HttpServletResponse response) {
    response.setHeader("Cache-Control", "no-store");
  }

  @GetMapping("/console")
  String show(Api api, Model model, Locale locale, @RequestParam(defaultValue = "") String said) {
    Tree now = api.get("/api/admin/console").orRefuse();
    model.addAttribute("now", now);
    model.addAttribute("said", said);
    model.addAttribute("figures", new Figures(locale));
    model.addAttribute("words", SCRIPT_WORDS);
    model.addAttribute("classes", CLASSES);
    model.addAttribute("charts", CHARTS);
    model.addAttribute("ofPicture", Tables.OF_PICTURE);
    model.addAttribute("ofResources", Tables.OF_RESOURCES);
    model.addAttribute("ofRequests", Tables.OF_REQUESTS);
    model.addAttribute("ofData", Tables.OF_DATA);
    return "console/console";
  }

  /**
   * Has one book read now, or all of them.
   *
   * @param name of a book; empty for all
   */
  @PostMapping("/console/checks")
  ResponseEntity<Void> check(
      Api api,
      @RequestParam(defaultValue = "") String name,
      @RequestHeader(name = "HX-Request", defaultValue = "") String script,
      jakarta.servlet.http.HttpServletRequest request) {
    Answer asked =
        api.send(
            new Api.Call(
                "POST",
                "/api/admin/console/checks",
                java.util.Map.of("name", name),
                null,
                "application/json",
                null));
    asked.orRefuse();
    if (!script.isEmpty()) {
      return ResponseEntity.noContent().build();
    }
    return ResponseEntity.status(HttpStatus.FOUND)
        .header("Location", request.getContextPath() + "/console?said=console.checking#books")
        .build();
  }
}
