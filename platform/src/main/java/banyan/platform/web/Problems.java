package banyan.platform.web;

import banyan.platform.data.KeyReused;
import banyan.platform.limits.Busy;
import banyan.platform.limits.Deadline;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/** Turns everything that goes wrong into a problem that a client can act on. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  /**
   * What PostgreSQL says of values that cannot be kept: a text too long, a number or a time out of
   * range, a character that no text may have.
   */
  private static final Set<String> UNKEEPABLE = Set.of("22001", "22003", "22008", "22021", "22P05");

  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception e,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    ProblemDetail problem = ProblemDetail.forStatus(status);
    if (body instanceof ProblemDetail given) {
      problem = given;
    } else if (e instanceof ErrorResponse refusal) {
      problem = refusal.getBody();
    }
    if (problem.getProperties() == null || !problem.getProperties().containsKey("code")) {
      HttpStatus known = HttpStatus.resolve(status.value());
      String code = known == null ? "error" : Problem.codeOf(known);
      String detail = problem.getDetail() == null ? code : problem.getDetail();
      problem =
          Problem.detail(known == null ? HttpStatus.INTERNAL_SERVER_ERROR : known, code, detail);
      problem.setProperty("retryable", Problem.retryable(status.value()));
    }
    if (request instanceof ServletWebRequest servlet) {
      problem.setProperty("requestId", CallerFilter.requestIdOf(servlet.getRequest()));
      Map<String, Object> members = problem.getProperties();
      servlet.getRequest().setAttribute(Problem.CODE, members == null ? null : members.get("code"));
    }
    HttpHeaders typed = new HttpHeaders(headers);
    // whatever the client accepts, a problem is a problem: never a page, never nothing
    typed.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    return super.handleExceptionInternal(e, problem, typed, status, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
      MethodArgumentNotValidException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    List<Problem.FieldError> errors =
        e.getBindingResult().getFieldErrors().stream()
            .map(field ->
                new Problem.FieldError(
                    "/" + field.getField().replace(".", "/").replace("[", "/").replace("]", ""),
                    field.getDefaultMessage() == null ? "is not valid" : field.getDefaultMessage()))
            .toList();
    return invalid(e, errors, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
      HandlerMethodValidationException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    List<Problem.FieldError> errors = new ArrayList<>();
    e.getParameterValidationResults()
        .forEach(parameter ->
            parameter
                .getResolvableErrors()
                .forEach(error ->
                    errors.add(
                        new Problem.FieldError(
                            String.valueOf(parameter.getMethodParameter().getParameterName()),
                            error.getDefaultMessage() == null
                                ? "is not valid"
                                : error.getDefaultMessage()))));
    return invalid(e, errors, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    if (rootOf(e) instanceof LimitedBody.TooLarge tooLarge) {
      return tooLarge(tooLarge, request);
    }
    String pointer = "/";
    String message = "is not readable JSON";
    if (e.getCause() instanceof DatabindException mapping) {
      StringBuilder path = new StringBuilder();
      mapping
          .getPath()
          .forEach(step ->
              path.append('/')
                  .append(
                      step.getPropertyName() == null ? step.getIndex() : step.getPropertyName()));
      pointer = path.isEmpty() ? "/" : path.toString();
      message =
          mapping.getCause() instanceof IllegalArgumentException ours
              ? ours.getMessage()
              : "has a wrong value or type";
    } else if (e.getCause() instanceof JacksonException) {
      message = "is not JSON";
    }
    return invalid(e, List.of(new Problem.FieldError(pointer, String.valueOf(message))), request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
      NoResourceFoundException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    ProblemDetail body =
        Problem.detail(HttpStatus.NOT_FOUND, "not_found", "There is nothing at this path.");
    body.setProperty("retryable", false);
    return handleExceptionInternal(e, body, headers, status, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleTypeMismatch(
      TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    return invalid(
        e,
        List.of(
            new Problem.FieldError(
                String.valueOf(e.getPropertyName()), "has a wrong value or type")),
        request);
  }

  private @Nullable ResponseEntity<Object> invalid(
      Exception e, List<Problem.FieldError> errors, WebRequest request) {
    String detail =
        errors.isEmpty()
            ? "The request is not valid."
            : errors.getFirst().pointer() + " " + errors.getFirst().message();
    ProblemDetail body = Problem.detail(HttpStatus.BAD_REQUEST, "invalid", detail);
    body.setProperty("retryable", false);
    body.setProperty("errors", errors);
    return handleExceptionInternal(e, body, new HttpHeaders(), HttpStatus.BAD_REQUEST, request);
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> keyReused(KeyReused e, WebRequest request) {
    return answer(
        e,
        Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request; choose a new one."),
        request);
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> tooLarge(LimitedBody.TooLarge e, WebRequest request) {
    return answer(
        e,
        Problem.of(
            HttpStatus.CONTENT_TOO_LARGE,
            "body_too_large",
            "The request is refused: " + e.getMessage() + "."),
        request);
  }

  /** A query or a form that cannot be decoded. */
  @ExceptionHandler
  @Nullable ResponseEntity<Object> undecodable(InvalidParameterException e, WebRequest request) {
    return answer(e, Problem.invalid("query", "cannot be decoded"), request);
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> notInParts(MultipartException e, WebRequest request) {
    return answer(e, Problem.invalid("/", "is not a readable body of parts"), request);
  }

  /** Nobody is there any more to hear an answer. */
  @ExceptionHandler(ClientAbortException.class)
  void gone() {}

  @ExceptionHandler
  @Nullable ResponseEntity<Object> busy(Busy e, WebRequest request) {
    return answer(
        e,
        Problem.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "busy",
                "The shop is very busy; nothing was done, send the request again.")
            .retryAfter(e.pause()),
        request);
  }

  /** The database is away, full or too busy: nothing is known to be wrong with the request. */
  @ExceptionHandler({
    CannotGetJdbcConnectionException.class,
    CannotCreateTransactionException.class,
    DataAccessResourceFailureException.class,
    TransientDataAccessException.class,
    QueryTimeoutException.class,
    TransactionSystemException.class
  })
  @Nullable ResponseEntity<Object> databaseAway(
      Exception e, HttpServletRequest servlet, WebRequest request) {
    log.atWarn()
        .addKeyValue("requestId", CallerFilter.requestIdOf(servlet))
        .addKeyValue("cause", rootOf(e).toString())
        .log("request refused: database away");
    if (Deadline.passed()) {
      return answer(
          e,
          Problem.of(
                  HttpStatus.SERVICE_UNAVAILABLE,
                  "too_late",
                  "The answer would have come too late; send the request again with the same Idempotency-Key.")
              .retryAfter(Duration.ofSeconds(1)),
          request);
    }
    return answer(
        e,
        Problem.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "database_unavailable",
                "The shop cannot reach its data at the moment; send the request again with the same Idempotency-Key.")
            .retryAfter(Duration.ofSeconds(2)),
        request);
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> badData(
      DataIntegrityViolationException e, HttpServletRequest servlet, WebRequest request) {
    if (rootOf(e) instanceof SQLException sql
        && UNKEEPABLE.contains(String.valueOf(sql.getSQLState()))) {
      // a handler should have said so earlier, and better
      log.atWarn()
          .addKeyValue("requestId", CallerFilter.requestIdOf(servlet))
          .addKeyValue("path", servlet.getRequestURI())
          .addKeyValue("sqlState", sql.getSQLState())
          .log("request refused by the database");
      return answer(e, Problem.invalid("/", "contains a value that cannot be kept"), request);
    }
    return fault(e, servlet, request);
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> fault(
      Exception e, HttpServletRequest servlet, WebRequest request) {
    log.atError()
        .addKeyValue("requestId", CallerFilter.requestIdOf(servlet))
        .addKeyValue("path", servlet.getRequestURI())
        .setCause(e)
        .log("request failed");
    return answer(
        e,
        Problem.of(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "internal",
            "Something is wrong on our side; the request id names it."),
        request);
  }

  private @Nullable ResponseEntity<Object> answer(
      Exception e, Problem problem, WebRequest request) {
    return handleExceptionInternal(
        e, problem.getBody(), problem.getHeaders(), problem.getStatusCode(), request);
  }

  private static Throwable rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }
}
