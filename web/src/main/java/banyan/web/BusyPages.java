package banyan.web;

import banyan.platform.web.BusyPage;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.util.HtmlUtils;

/** The page of {@link ErrorPages} for a busy shop, made once: making it must not need the shop. */
@Component
final class BusyPages implements BusyPage {
  private record Words(byte[] page, byte[] notice) {}

  private final Words english;
  private final Words chinese;

  BusyPages(MessageSource messages, Assets assets) {
    english = words(messages, assets, Locale.UK);
    chinese = words(messages, assets, Locale.SIMPLIFIED_CHINESE);
  }

  private static Words words(MessageSource messages, Assets assets, Locale language) {
    String title = word(messages, "error.busy", language);
    String help = word(messages, "error.busy.help", language);
    String page =
        """
        <!doctype html>
        <html lang="%s"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s · Banyan</title><link rel="stylesheet" href="%s"></head>
        <body><main id="main" class="wide"><section class="narrow"><h1>%s</h1><p>%s</p></section></main></body></html>
        """
            .formatted(language.getLanguage(), title, assets.base() + "shop.css", title, help);
    String notice = "<p class=\"notice bad\" role=\"alert\">" + help + "</p>";
    return new Words(
        page.getBytes(StandardCharsets.UTF_8), notice.getBytes(StandardCharsets.UTF_8));
  }

  private static String word(MessageSource messages, String key, Locale language) {
    return HtmlUtils.htmlEscape(messages.getMessage(key, null, language));
  }

  @Override
  public byte @Nullable [] html(HttpServletRequest request) {
    String path = request.getRequestURI();
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    boolean part = request.getHeader("HX-Request") != null;
    if (path.startsWith("/api/") || !part && (accept == null || !accept.contains("text/html"))) {
      return null;
    }
    Words words = path.startsWith(FaceFilter.CHINESE + "/") ? chinese : english;
    return part ? words.notice() : words.page();
  }
}
