package banyan.business.account;

import banyan.platform.web.Role;
import java.util.List;

/** An account as its owner and the staff see it. */
record AccountView(String id, String email, String name, List<Role> roles) {
  static AccountView of(Accounts.Account account) {
    return new AccountView(
        Long.toString(account.accountId()),
        account.email(),
        account.name(),
        account.roles().stream().sorted().toList());
  }
}
