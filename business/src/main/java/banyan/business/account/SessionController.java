package banyan.business.account;

import static banyan.platform.web.Role.ADMIN;
import static banyan.platform.web.Role.BUYER;
import static banyan.platform.web.Role.SELLER;
import static banyan.platform.web.Role.SUPPORT;

import banyan.platform.web.Allow;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.SessionToken;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Sign-in and sign-out. */
@RestController
class SessionController {
  /**
   * @param cookie also set the cookie that pages use; absent: no
   */
  record SignInRequest(
      @NotNull @Size(max = Email.LENGTH_MAX) String email,
      @NotNull @Size(max = 200) String password,
      @Nullable Boolean cookie) {
    @Override
    public String toString() {
      return "SignInRequest[…]";
    }
  }

  /**
   * @param token for the header {@code Authorization: Bearer}; told this once
   */
  record SessionView(String token, Instant expiresAt, AccountView account) {
    @Override
    public String toString() {
      return "SessionView[…]";
    }
  }

  private final SignIn signIn;
  private final Sessions sessions;
  private final Throttles throttles;
  private final AccountSettings settings;

  SessionController(
      SignIn signIn, Sessions sessions, Throttles throttles, AccountSettings settings) {
    this.signIn = signIn;
    this.sessions = sessions;
    this.throttles = throttles;
    this.settings = settings;
  }

  /**
   * Signs in. A repeat begins another session: the first token cannot be told again, for only its
   * hash is kept.
   */
  @PostMapping("/api/sessions")
  @Allow(everyone = true)
  @Refuses({HttpStatus.FORBIDDEN, HttpStatus.TOO_MANY_REQUESTS})
  ResponseEntity<SessionView> begin(
      @Valid @RequestBody SignInRequest request, HttpServletRequest http) {
    throttles.password(http, new Email(request.email()).key());
    Accounts.Account account =
        signIn
            .check(request.email(), request.password())
            .orElseThrow(() ->
                Problem.of(
                    HttpStatus.UNAUTHORIZED,
                    "wrong_credentials",
                    "The e-mail address or the password is wrong."));
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(HttpStatus.CREATED).header(HttpHeaders.CACHE_CONTROL, "no-store");
    if (!Boolean.TRUE.equals(request.cookie())) {
      return answer.body(view(sessions.begin(account.accountId()), account));
    }
    SessionToken.refuseElsewhere(http);
    // whoever had this browser before is signed out by it
    SessionToken.inCookie(http).ifPresent(before -> sessions.end(before.value()));
    Sessions.Begun session = sessions.begin(account.accountId());
    return answer
        .header(
            HttpHeaders.SET_COOKIE,
            SessionToken.cookie(session.token(), settings.sessionLife(), http.isSecure()))
        .body(view(session, account));
  }

  private static SessionView view(Sessions.Begun session, Accounts.Account account) {
    return new SessionView(session.token(), session.expiresAt(), AccountView.of(account));
  }

  @DeleteMapping("/api/sessions/current")
  @Allow({BUYER, SELLER, SUPPORT, ADMIN})
  ResponseEntity<Void> end(SessionToken token, HttpServletRequest http) {
    sessions.end(token.value());
    return ResponseEntity.noContent()
        .header(HttpHeaders.SET_COOKIE, SessionToken.noCookie(http.isSecure()))
        .build();
  }
}
