package banyan.platform.web;

import java.io.Serializable;
import java.util.Set;

/**
 * The signed-in account behind a request; as a parameter of a handler it makes the request refuse
 * others with 401.
 *
 * @param accountId also the id of the account's shop
 * @param roles what the account may be
 */
public record Caller(long accountId, Set<Role> roles) implements Serializable {
  public Caller {
    roles = Set.copyOf(roles);
  }
}
