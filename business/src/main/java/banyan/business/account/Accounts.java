package banyan.business.account;

import banyan.platform.web.Role;
import java.io.Serializable;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Accounts as other modules see them. */
public interface Accounts {
  record Account(long accountId, String email, String name, Set<Role> roles)
      implements Serializable {
    public Account {
      roles = Set.copyOf(roles);
    }
  }

  /**
   * Opens an account, or returns the one that has this e-mail address: for imports and
   * demonstration data.
   *
   * @param password null for an account that nobody can sign in to before it is given one
   */
  long ensure(String email, String name, @Nullable String password, Set<Role> roles);

  Optional<Account> find(long accountId);

  /** Adds a role; a repeat does nothing. Running sessions see it at once on this node. */
  void grant(long accountId, Role role);
}
