package banyan.web.office;

import banyan.web.Answer;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.springframework.ui.Model;

/** What the pages of the office do alike. */
final class Lists {
  private Lists() {}

  /** A page of the API; a filter that it refuses is shown again, with why, over an empty list. */
  static void show(Model model, HttpServletResponse response, String name, Answer answer) {
    if (answer.status() == 400) {
      refuse(model, response, answer);
      model.addAttribute(name, Tree.EMPTY);
    } else {
      model.addAttribute(name, answer.orRefuse());
    }
  }

  /** Says on the page why not; whoever may not be here at all gets another page. */
  static void refuse(Model model, HttpServletResponse response, Answer answer) {
    if (answer.status() == 401 || answer.status() == 403 || answer.status() == 404) {
      answer.orRefuse();
    }
    response.setStatus(answer.status());
    model.addAttribute("refused", answer);
  }

  static Tree money(long amount, String currency) {
    return Tree.EMPTY.with(Map.of("amount", amount, "currency", currency));
  }
}
