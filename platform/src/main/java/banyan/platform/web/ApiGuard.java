package banyan.platform.web;

import banyan.platform.audit.Staff;
import banyan.platform.data.Viewer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Enforces {@link Allow}, and hands {@link Caller}, {@code Optional<Caller>} (where strangers may
 * look too), {@link Buyer}, {@link Staff} and the idempotency key to handlers.
 */
final class ApiGuard implements HandlerInterceptor, HandlerMethodArgumentResolver {
  private static final Duration GUEST_LIFE = Duration.ofDays(90);
  private static final int KEY_LENGTH_MAX = 255;

  private final CallerFilter callers;
  private final GuestTokens guests;

  ApiGuard(CallerFilter callers, GuestTokens guests) {
    this.callers = callers;
    this.guests = guests;
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (!CallerFilter.SAFE.contains(request.getMethod())) {
      // also where a page that only looks asks the API to change something
      Viewer.freshFromHere();
    }
    String query = request.getQueryString();
    if (query != null && query.contains("%00")) {
      throw Problem.invalid("query", PlainText.OBJECTION);
    }
    String type = request.getContentType();
    if (type != null && type.indexOf('*') >= 0) {
      // a body is of one type; readers of bodies fall over a wildcard
      throw Problem.of(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "unsupported_media_type",
          "The Content-Type must name one type.");
    }
    if (handler instanceof HandlerMethod method
        && method.getMethodAnnotation(Allow.class) instanceof Allow allow) {
      Optional<Caller> caller = callers.callerOf(request);
      if (!allow.everyone()) {
        Caller known =
            caller.orElseThrow(
                () -> unauthenticated("Sign in first: POST /api/sessions gives a bearer token."));
        if (Arrays.stream(allow.value()).noneMatch(known.roles()::contains)) {
          throw Problem.of(
              HttpStatus.FORBIDDEN,
              "forbidden",
              "This needs the role " + Arrays.toString(allow.value()) + ".");
        }
        // what one account may see is in nobody's cache; a handler may say otherwise
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
      }
    }
    return true;
  }

  static Problem unauthenticated(String detail) {
    Problem problem = Problem.of(HttpStatus.UNAUTHORIZED, "unauthenticated", detail);
    problem.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"banyan\"");
    return problem;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    Class<?> type = parameter.getParameterType();
    return type == Caller.class
        || type == Buyer.class
        || type == IdempotencyKey.class
        || type == SessionToken.class
        || type == Staff.class
        || parameter.nestedIfOptional().getNestedParameterType() == Caller.class;
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest web,
      @Nullable WebDataBinderFactory binders) {
    HttpServletRequest request = web.getNativeRequest(HttpServletRequest.class);
    HttpServletResponse response = web.getNativeResponse(HttpServletResponse.class);
    if (request == null || response == null) {
      throw new IllegalStateException("not a servlet request");
    }
    if (parameter.getParameterType() == IdempotencyKey.class) {
      return keyOf(request);
    }
    Optional<Caller> caller = callers.callerOf(request);
    if (parameter.getParameterType() == Optional.class) {
      return caller;
    }
    if (parameter.getParameterType() == SessionToken.class) {
      return caller
          .flatMap(known -> CallerFilter.tokenOf(request))
          .map(SessionToken::new)
          .orElseThrow(() -> unauthenticated("Sign in first."));
    }
    if (parameter.getParameterType() == Caller.class) {
      return caller.orElseThrow(() -> unauthenticated("Sign in first."));
    }
    if (parameter.getParameterType() == Staff.class) {
      return caller
          .map(known -> new Staff(known.accountId(), CallerFilter.requestIdOf(request)))
          .orElseThrow(() -> unauthenticated("Sign in first."));
    }
    return buyerOf(request, response, caller);
  }

  private static IdempotencyKey keyOf(HttpServletRequest request) {
    String key = request.getHeader(IdempotencyKey.HEADER);
    if (key != null && (key.isBlank() || key.length() > KEY_LENGTH_MAX || key.indexOf('\0') >= 0)) {
      throw Problem.invalid(
          IdempotencyKey.HEADER, "must have 1 to " + KEY_LENGTH_MAX + " characters");
    }
    return new IdempotencyKey(key);
  }

  private Buyer buyerOf(
      HttpServletRequest request, HttpServletResponse response, Optional<Caller> caller) {
    String header = request.getHeader(CallerFilter.GUEST_HEADER);
    String token =
        header != null ? header : CallerFilter.ownCookie(request, CallerFilter.GUEST_COOKIE);
    OptionalLong guest = token == null ? OptionalLong.empty() : guests.guestOf(token);
    if (caller.isPresent()) {
      return new Buyer(caller.get().accountId(), true, guest.orElse(0));
    }
    if (guest.isEmpty()) {
      token = guests.issue();
      guest = guests.guestOf(token);
      response.addHeader(CallerFilter.GUEST_HEADER, token);
      if (!CallerFilter.fromElsewhere(request)) {
        response.addHeader(
            HttpHeaders.SET_COOKIE,
            ResponseCookie.from(CallerFilter.GUEST_COOKIE, token)
                .path("/")
                .httpOnly(true)
                .sameSite("Lax")
                .secure(request.isSecure())
                .maxAge(GUEST_LIFE)
                .build()
                .toString());
      }
    }
    return new Buyer(guest.getAsLong(), false, 0);
  }
}
