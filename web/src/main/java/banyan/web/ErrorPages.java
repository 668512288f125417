package banyan.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;
import org.springframework.web.util.DisconnectedClientHelper;

/** Says on a page what a problem says to a program. Calls of the API keep their problems. */
@Component
final class ErrorPages implements HandlerExceptionResolver, Ordered {
  private static final Logger log = LoggerFactory.getLogger(ErrorPages.class);
  private static final int UNAUTHENTICATED = 401;

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception e) {
    boolean ours =
        handler instanceof HandlerMethod method
            && method.getBeanType().getPackageName().startsWith(Faces.class.getPackageName());
    if (!ours && !(e instanceof ErrorResponse && wantsPage(request))
        || DisconnectedClientHelper.isClientDisconnectedException(e)) {
      return null;
    }
    return switch (e) {
      case Refusal refusal -> page(refusal.answer(), request, response);
      case ErrorResponse refused ->
          page(
              refused.getStatusCode(),
              String.valueOf(refused.getBody().getDetail()),
              refused.getHeaders(),
              request);
      // a query or a form that cannot be decoded, or a value of another type
      case InvalidParameterException garbled -> invalid(request);
      case TypeMismatchException other -> invalid(request);
      default -> {
        log.atError().addKeyValue("path", request.getRequestURI()).setCause(e).log("page failed");
        yield page(HttpStatusCode.valueOf(500), "", HttpHeaders.EMPTY, request);
      }
    };
  }

  private static ModelAndView invalid(HttpServletRequest request) {
    return page(HttpStatusCode.valueOf(400), "", HttpHeaders.EMPTY, request);
  }

  private static boolean wantsPage(HttpServletRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    String path = request.getRequestURI();
    return accept != null && accept.contains("text/html") && !path.startsWith("/api");
  }

  private static ModelAndView page(
      Answer answer, HttpServletRequest request, HttpServletResponse response) {
    if (answer.status() == UNAUTHENTICATED && request.getHeader("HX-Request") == null) {
      return signIn(request);
    }
    String pause = answer.headers().getFirst(HttpHeaders.RETRY_AFTER);
    if (pause != null) {
      response.setHeader(HttpHeaders.RETRY_AFTER, pause);
    }
    return page(
        HttpStatusCode.valueOf(answer.status()),
        answer.body().text("detail"),
        HttpHeaders.EMPTY,
        request);
  }

  private static ModelAndView signIn(HttpServletRequest request) {
    String path = request.getRequestURI().substring(request.getContextPath().length());
    String next = request.getMethod().equals("GET") ? path : "/account";
    return new ModelAndView(
        new RedirectView("/sign-in?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8), true));
  }

  private static ModelAndView page(
      HttpStatusCode status, String detail, HttpHeaders headers, HttpServletRequest request) {
    String kind =
        switch (status.value()) {
          case 404 -> "not-found";
          case 403 -> "forbidden";
          case 429, 503 -> "busy";
          default -> status.is5xxServerError() ? "fault" : "invalid";
        };
    ModelAndView page =
        new ModelAndView(
            request.getHeader("HX-Request") == null ? "error" : "error :: notice",
            Map.of(
                "kind",
                kind,
                "detail",
                detail,
                "requestId",
                String.valueOf(request.getAttribute("X-Request-Id"))));
    page.setStatus(status);
    return page;
  }
}
