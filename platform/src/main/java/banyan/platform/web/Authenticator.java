package banyan.platform.web;

import java.util.Optional;

/** Knows whose session a token is. */
public interface Authenticator {
  /** The account, or empty when the token is unknown, expired or ended. */
  Optional<Caller> callerOf(String token);
}
