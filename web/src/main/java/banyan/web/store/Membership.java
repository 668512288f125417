package banyan.web.store;

import banyan.web.Answer;
import banyan.web.Api;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Becoming a member, signing in and out, and the own account. */
@Controller
class Membership {
  @ModelAttribute
  void personal(HttpServletResponse response) {
    response.setHeader("Cache-Control", "no-store");
  }

  @GetMapping("/sign-in")
  String signIn(Model model, @RequestParam Map<String, String> form) {
    model.addAttribute("form", form);
    return "store/sign-in";
  }

  @PostMapping("/sign-in")
  String signIn(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> form) {
    Answer session = begin(api, form);
    return session.ok()
        ? "redirect:" + local(form.get("next"))
        : again(model, response, form, session, "store/sign-in");
  }

  private static Answer begin(Api api, Map<String, String> form) {
    return api.post(
        "/api/sessions",
        Map.of(
            "email", form.getOrDefault("email", ""),
            "password", form.getOrDefault("password", ""),
            "cookie", true));
  }

  @GetMapping("/sign-up")
  String signUp(Model model, @RequestParam Map<String, String> form) {
    model.addAttribute("form", form);
    return "store/sign-up";
  }

  @PostMapping("/sign-up")
  String signUp(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> form) {
    Answer made =
        api.post(
            "/api/accounts",
            Map.of(
                "email", form.getOrDefault("email", ""),
                "password", form.getOrDefault("password", ""),
                "name", form.getOrDefault("name", "")));
    if (!made.ok()) {
      return again(model, response, form, made, "store/sign-up");
    }
    Answer session = begin(api, form);
    return session.ok()
        ? "redirect:" + local(form.get("next"))
        : again(model, response, form, session, "store/sign-in");
  }

  private static String again(
      Model model,
      HttpServletResponse response,
      Map<String, String> form,
      Answer refused,
      String page) {
    response.setStatus(refused.status());
    model.addAttribute("form", form);
    model.addAttribute("refused", refused);
    return page;
  }

  /** Only ever to a page of ours, whatever the address said; braces would be names to fill in. */
  static String local(@org.jspecify.annotations.Nullable String next) {
    return next != null && next.matches("/(?![/\\\\])[^\\\\{}\\p{Cntrl}]*") ? next : "/account";
  }

  @PostMapping("/sign-out")
  String signOut(Api api) {
    api.delete("/api/sessions/current");
    return "redirect:/";
  }

  @GetMapping("/account")
  String account(Api api, Model model, @RequestParam(defaultValue = "") String said) {
    model.addAttribute("said", said);
    return page(api, model);
  }

  private static String page(Api api, Model model) {
    model.addAttribute("account", api.get("/api/account").orRefuse());
    model.addAttribute("addresses", api.get("/api/account/addresses").data());
    return "store/account";
  }

  @PostMapping("/account/name")
  String rename(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> form) {
    Map<String, String> change = Map.of("name", form.getOrDefault("name", ""));
    return after(api, model, response, api.put("/api/account", change), "name", "saved");
  }

  @PostMapping("/account/password")
  String password(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> form) {
    Map<String, String> change =
        Map.of(
            "current", form.getOrDefault("current", ""),
            "password", form.getOrDefault("password", ""));
    Answer changed = api.put("/api/account/password", change);
    return after(api, model, response, changed, "password", "password");
  }

  @PostMapping("/account/addresses")
  String addAddress(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> form) {
    Answer added =
        api.postOnce(
            form.get("key"),
            "/api/account/addresses",
            Api.object(
                "name", form.get("name"),
                "line1", form.get("line1"),
                "line2", form.get("line2"),
                "city", form.get("city"),
                "postcode", form.get("postcode"),
                "country", form.get("country")));
    model.addAttribute("form", form);
    return after(api, model, response, added, "address", "saved");
  }

  @PostMapping("/account/addresses/{id}/remove")
  String removeAddress(Api api, @PathVariable String id) {
    api.delete("/api/account/addresses/{id}", id).orRefuse();
    return "redirect:/account?said=saved";
  }

  private static String after(
      Api api, Model model, HttpServletResponse response, Answer answer, String part, String said) {
    if (answer.ok()) {
      return "redirect:/account?said=" + said;
    }
    if (answer.status() == 401 && !answer.code().equals("wrong_credentials")) {
      answer.orRefuse();
    }
    response.setStatus(answer.status());
    model.addAttribute("refused", answer);
    model.addAttribute("part", part);
    return page(api, model);
  }
}
