package banyan.business.account;

import banyan.platform.limits.Throttle;
import banyan.platform.web.Problem;
import dev.openfeature.sdk.Client;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Whether and how often somebody may sign up, sign in or try a password, by network address. */
@Component
class Throttles {
  private final Throttle signUps;
  private final Throttle signIns;
  private final Throttle signInsPerAccount;
  private final Client toggles;

  Throttles(AccountSettings settings, MeterRegistry meters, Client toggles) {
    this.toggles = toggles;
    this.signUps = new Throttle("sign-ups", settings.signUpsPerMinute(), meters);
    this.signIns = new Throttle("sign-ins", settings.signInsPerMinute(), meters);
    this.signInsPerAccount =
        new Throttle("sign-ins-per-account", settings.signInsPerAccountPerMinute(), meters);
  }

  /**
   * @throws Problem 429, and 503 while nobody can sign up
   */
  void signUp(HttpServletRequest request) {
    if (!toggles.getBooleanValue("sign-ups", true)) {
      throw Problem.paused(
          "sign_ups_paused", "New accounts cannot be opened for a while; buying as a guest can.");
    }
    admit(signUps, Throttle.network(request.getRemoteAddr()));
  }

  /**
   * @param account the e-mail address or the id that a password is tried for
   * @throws Problem 429
   */
  void password(HttpServletRequest request, String account) {
    String network = Throttle.network(request.getRemoteAddr());
    admit(signIns, network);
    admit(signInsPerAccount, network + " " + account);
  }

  private static void admit(Throttle throttle, String key) {
    if (!throttle.admits(key)) {
      Duration pause = throttle.pause(key);
      throw Problem.of(
              HttpStatus.TOO_MANY_REQUESTS,
              "too_many_attempts",
              "Too many attempts from here; come back in a minute.")
          .retryAfter(pause);
    }
  }
}
