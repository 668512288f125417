package banyan.web.console;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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
  /** Words and paths; sorted, so that it is the same after every start. */
  private static final Map<String, String> MENU =
      new TreeMap<>(Map.of("console.title", "/console", "nav.office", "/office"));

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

  /** Texts that the script needs: keys below {@code console.}, the last words of each separate. */
  private static final Map<String, List<String>> SCRIPT_WORDS =
      Map.of(
          "",
          List.of("live", "ended", "broken", "healthy", "per-second", "empty", "violations"),
          "book.",
          List.of("right", "wrong", "unread", "waiting"),
          "books.",
          List.of("sum"),
          "binds.",
          List.of("now", "next", "none", "waits", "others", "relief", "last"),
          "series.",
          List.of(
              "p50", "p95", "p99", "process", "machine", "heap", "in-use", "waiting", "commits",
              "hits", "backlog", "none"),
          "class.",
          CLASSES,
          "kind.",
          List.of(
              "client",
              "dns",
              "balancer",
              "proxy",
              "application",
              "service",
              "cache",
              "database",
              "queue",
              "search",
              "files",
              "partner"),
          "load.",
          List.of(
              "cpu",
              "heap",
              "connections",
              "http-connections",
              "admission-gate",
              "entries",
              "events",
              "disk"),
          "limit.",
          List.of("gate", "throttle"),
          "stage.",
          List.of(
              "01-separate-database",
              "02-caches",
              "03-reverse-proxy",
              "04-read-replicas",
              "05-business-databases",
              "06-sharded-tables",
              "07-layer-4",
              "09-search-and-nosql",
              "13-containers",
              "14-cloud"));

  private static final List<String> RESOURCES =
      List.of(
          "cpu",
          "connections",
          "database-connections",
          "admission-gate",
          "heap",
          "disk",
          "http-connections");

  private static final List<String> STATES =
      List.of("starting", "ready", "draining", "gone", "unknown");

  private static List<String> words() {
    List<String> keys = new ArrayList<>();
    STATES.forEach(state -> keys.add("fleet." + state));
    SCRIPT_WORDS.forEach((group, last) -> last.forEach(word -> keys.add(group + word)));
    RESOURCES.forEach(name -> keys.addAll(List.of("resource." + name, "evidence." + name)));
    return keys;
  }

  @ModelAttribute
  void personal(HttpServletResponse response) {
    response.setHeader("Cache-Control", "no-store");
  }

  @GetMapping("/console")
  String show(Api api, Model model, Locale locale, @RequestParam(defaultValue = "") String said) {
    Tree now = api.get("/api/admin/console").orRefuse();
    model.addAttribute("menu", MENU);
    model.addAttribute("now", now);
    model.addAttribute("said", said);
    Answer toggles = api.get("/api/admin/toggles");
    model.addAttribute("toggles", toggles.ok() ? toggles.data() : List.of());
    model.addAttribute("figures", new Figures(locale));
    model.addAttribute("words", words());
    model.addAttribute("classes", CLASSES);
    model.addAttribute("charts", CHARTS);
    model.addAttribute("ofPicture", Tables.OF_PICTURE);
    model.addAttribute("ofFleet", Tables.OF_FLEET);
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
      HttpServletRequest request) {
    Answer asked =
        api.send(
            new Api.Call(
                "POST",
                "/api/admin/console/checks",
                Map.of("name", name),
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
