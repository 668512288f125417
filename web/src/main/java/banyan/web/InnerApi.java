package banyan.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.DispatcherServlet;
import tools.jackson.databind.json.JsonMapper;

/**
 * The API of this process: a call goes through the same guards and handlers as one from outside,
 * with the cookies of the page's request, and without the network. A faces-only process would put a
 * client of another node's address here.
 */
final class InnerApi implements Api {
  private final DispatcherServlet servlet;
  private final JsonMapper json;
  private final HttpServletRequest request;
  private final HttpServletResponse response;

  InnerApi(
      DispatcherServlet servlet,
      JsonMapper json,
      HttpServletRequest request,
      HttpServletResponse response) {
    this.servlet = servlet;
    this.json = json;
    this.request = request;
    this.response = response;
  }

  @Override
  public Answer send(Call call) {
    byte[] body =
        switch (call.body()) {
          case null -> new byte[0];
          case byte[] bytes -> bytes;
          default -> json.writeValueAsBytes(call.body());
        };
    InnerResponse inner = new InnerResponse(response);
    try {
      servlet.service(new InnerRequest(request, call, body), inner);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ServletException e) {
      throw new IllegalStateException(e);
    }
    inner
        .headers()
        .getOrEmpty(HttpHeaders.SET_COOKIE)
        .forEach(cookie -> response.addHeader(HttpHeaders.SET_COOKIE, cookie));
    byte[] answer = inner.body();
    Tree tree = answer.length == 0 ? Tree.EMPTY : Tree.of(json.readTree(answer));
    return new Answer(inner.getStatus(), tree, inner.headers());
  }
}
