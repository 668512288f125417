package banyan.platform.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where the server sends what went wrong outside of a handler. */
@RestController
class ErrorPage implements ErrorController {
  @RequestMapping("/error")
  ResponseEntity<ProblemDetail> tell(HttpServletRequest request) {
    HttpStatus status = HttpStatus.NOT_FOUND;
    if (request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer number) {
      HttpStatus known = HttpStatus.resolve(number);
      status = known == null ? HttpStatus.INTERNAL_SERVER_ERROR : known;
    }
    ProblemDetail body =
        Problem.detail(
            status,
            Problem.codeOf(status),
            status.is5xxServerError()
                ? "Something is wrong on our side; the request id names it."
                : status.getReasonPhrase() + ".");
    body.setProperty("retryable", Problem.retryable(status.value()));
    body.setProperty("requestId", CallerFilter.requestIdOf(request));
    return ResponseEntity.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON).body(body);
  }
}
