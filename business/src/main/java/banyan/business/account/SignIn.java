package banyan.business.account;

import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Knows people by their password. */
@Service
class SignIn {
  private final AccountRows rows;
  private final Passwords passwords;
  private final Sessions sessions;

  SignIn(AccountRows rows, Passwords passwords, Sessions sessions) {
    this.rows = rows;
    this.passwords = passwords;
    this.sessions = sessions;
  }

  /** The account, or empty, after the same time, when the address or the password is wrong. */
  Optional<Accounts.Account> check(String email, String password) {
    Optional<AccountRows.Row> row = rows.find(new Email(email));
    String hash = row.map(AccountRows.Row::password).orElse(null);
    if (!passwords.matches(password, hash)) {
      return Optional.empty();
    }
    if (hash != null && passwords.outdated(hash)) {
      long accountId = row.orElseThrow().account().accountId();
      String fresh = passwords.hash(password);
      rows.database()
          .write(accountId, jdbc -> AccountRows.replacePassword(jdbc, accountId, hash, fresh));
    }
    return row.map(AccountRows.Row::account);
  }

  /**
   * Changes the password and ends every session but this one.
   *
   * @return false when the current password is wrong
   */
  boolean changePassword(long accountId, String current, String next, String token) {
    String old = rows.find(accountId).map(AccountRows.Row::password).orElse(null);
    if (!passwords.matches(current, old) || old == null) {
      return false;
    }
    String hash = passwords.hash(next);
    Optional<List<byte[]>> ended =
        rows.database()
            .write(
                accountId,
                jdbc ->
                    AccountRows.replacePassword(jdbc, accountId, old, hash)
                        ? Optional.of(sessions.endOthers(jdbc, accountId, token))
                        : Optional.empty());
    ended.ifPresent(sessions::forget);
    return ended.isPresent();
  }
}
