package banyan.business.sandbox;

import java.util.regex.Pattern;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The provider's own page, where a buyer confirms a payment. */
@RestController
class SandboxPage {
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Sandbox payment</title>
      <link rel="icon" href="data:,">
      <h1>Sandbox payment</h1>
      <p>%s</p>
      %s
      </html>
      """;

  private static final String FORM =
      """
      <form method="post" action="?">
        <input type="hidden" name="key" value="%s">
        <input type="hidden" name="return" value="%s">
        <button name="decision" value="approve">Pay</button>
        <button name="decision" value="decline">Decline</button>
      </form>
      """;

  private static final String BACK = "<p><a href=\"%s\">Back to the shop</a></p>";

  /** A path of this site, and nothing that a browser would take for another one. */
  private static final Pattern LOCAL = Pattern.compile("/(?![/\\\\])[A-Za-z0-9/?=&_.-]{0,200}");

  private final SandboxProvider provider;

  SandboxPage(SandboxProvider provider) {
    this.provider = provider;
  }

  @GetMapping("/sandbox/payments/{reference}")
  ResponseEntity<String> show(
      @PathVariable String reference,
      @RequestParam(defaultValue = "") String key,
      @RequestParam(name = "return", defaultValue = "") String back) {
    return known(reference, key)
        ? page(
            HttpStatus.OK,
            "No real money moves here. Payment " + reference + ".",
            FORM.formatted(key, local(back)))
        : page(HttpStatus.NOT_FOUND, "There is no such payment.", "");
  }

  @PostMapping("/sandbox/payments/{reference}")
  ResponseEntity<String> decide(
      @PathVariable String reference,
      @RequestParam(defaultValue = "") String key,
      @RequestParam(defaultValue = "") String decision,
      @RequestParam(name = "return", defaultValue = "") String back) {
    if (!known(reference, key)) {
      return page(HttpStatus.NOT_FOUND, "There is no such payment.", "");
    }
    boolean approve = decision.equals("approve");
    if (!approve && !decision.equals("decline")) {
      return page(
          HttpStatus.BAD_REQUEST,
          "The decision must be approve or decline.",
          FORM.formatted(key, local(back)));
    }
    String link = BACK.formatted(local(back));
    return provider.decide(reference, approve)
        ? page(HttpStatus.OK, approve ? "Paid." : "Declined.", link)
        : page(HttpStatus.CONFLICT, "This payment has ended before.", link);
  }

  private static String local(String back) {
    return LOCAL.matcher(back).matches() ? back.replace("&", "&amp;") : "/";
  }

  private boolean known(String reference, String key) {
    return !key.isEmpty()
        && provider.find(reference).filter(charge -> charge.pageKey().equals(key)).isPresent();
  }

  private static ResponseEntity<String> page(HttpStatus status, String text, String form) {
    return ResponseEntity.status(status)
        .contentType(MediaType.valueOf("text/html;charset=utf-8"))
        .cacheControl(CacheControl.noStore())
        .header(
            "Content-Security-Policy",
            "default-src 'none'; img-src data:; form-action 'self'; frame-ancestors 'none'")
        .body(PAGE.formatted(text, form));
  }
}
