package banyan.platform.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * What is wrong with a request before it is one (a broken line, a forbidden character in the path,
 * headers without end) is also told as a problem. Public only because the server makes it by its
 * name.
 */
public final class ProblemValve extends ErrorReportValve {
  private static final SecureRandom RANDOM = new SecureRandom();

  @Override
  protected void report(Request request, Response response, @Nullable Throwable throwable) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    HttpStatus known = HttpStatus.resolve(status);
    String code = known == null ? "error" : Problem.codeOf(known);
    byte[] id = new byte[8];
    RANDOM.nextBytes(id);
    String requestId = HexFormat.of().formatHex(id);
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setCharacterEncoding("UTF-8");
    response.setHeader(CallerFilter.REQUEST_ID, requestId);
    try {
      Writer writer = response.getReporter();
      if (writer != null) {
        writer.write(
            """
            {"type":"/problems/%s","title":"%s","status":%d,"detail":"The request cannot be read.",\
            "code":"%s","retryable":%b,"requestId":"%s"}\
            """
                .formatted(
                    code.replace('_', '-'),
                    Problem.titleOf(code),
                    status,
                    code,
                    Problem.retryable(status),
                    requestId));
        response.finishResponse();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
