package banyan.business.account;

import banyan.platform.audit.Staff;
import banyan.platform.audit.StaffActed;
import banyan.platform.data.Intent;
import banyan.platform.ids.Ids;
import banyan.platform.web.Role;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Opens accounts and says what they may be. */
@Service
class LocalAccounts implements Accounts {
  private static final String TAKEN = "taken";

  /** What a sign-up came to. */
  sealed interface SignUp permits Opened, EmailTaken {}

  record Opened(Account account) implements SignUp {}

  record EmailTaken() implements SignUp {}

  /** What a change of roles came to. */
  sealed interface RoleChange permits RolesSet, NoSuchAccount, LastAdmin {}

  record RolesSet(Account account) implements RoleChange {}

  record NoSuchAccount() implements RoleChange {}

  record LastAdmin() implements RoleChange {}

  private final AccountRows rows;
  private final Passwords passwords;
  private final Sessions sessions;
  private final Ids ids;

  LocalAccounts(AccountRows rows, Passwords passwords, Sessions sessions, Ids ids) {
    this.rows = rows;
    this.passwords = passwords;
    this.sessions = sessions;
    this.ids = ids;
  }

  /**
   * Opens a buyer's account.
   *
   * @param idempotencyKey null when the caller will not repeat; a repeat returns the first answer
   */
  SignUp open(@Nullable String idempotencyKey, String email, String name, String password) {
    Email address = new Email(email);
    String hash = passwords.hash(password);
    long shardKey = address.shardKey();
    // The scope names the address, for strangers may choose the same key; the request leaves the
    // password out, for its fingerprint would be far quicker to guess than the hash.
    Intent intent = Intent.of("sign-up " + address.key(), idempotencyKey, name);
    String made =
        rows.database()
            .once(
                shardKey,
                intent,
                jdbc -> {
                  long id = ids.next(shardKey);
                  Account account = new Account(id, address.text(), name, Set.of(Role.BUYER));
                  return AccountRows.insert(jdbc, account, hash) ? Long.toString(id) : TAKEN;
                });
    return made.equals(TAKEN)
        ? new EmailTaken()
        : new Opened(new Account(Long.parseLong(made), address.text(), name, Set.of(Role.BUYER)));
  }

  @Override
  public long ensure(String email, String name, @Nullable String password, Set<Role> roles) {
    Email address = new Email(email);
    Optional<AccountRows.Row> known = rows.find(address);
    if (known.isPresent()) {
      return known.get().account().accountId();
    }
    String hash = password == null ? null : passwords.hash(password);
    Set<Role> some = roles.isEmpty() ? Set.of(Role.BUYER) : roles;
    long id = ids.next(address.shardKey());
    Account account = new Account(id, address.text(), name, some);
    boolean opened = rows.database().write(id, jdbc -> AccountRows.insert(jdbc, account, hash));
    return opened ? id : rows.find(address).orElseThrow().account().accountId();
  }

  @Override
  public Optional<Account> find(long accountId) {
    return rows.find(accountId).map(AccountRows.Row::account);
  }

  @Override
  public void grant(long accountId, Role role) {
    if (rows.grant(accountId, role)) {
      sessions.forgetCopies(accountId);
    }
  }

  /**
   * Gives an account exactly these roles, unless that would leave nobody who can give roles. The
   * administrators may lie on several databases, so this is a small saga: take the role, look
   * whether another one is left, else give it back. Of two administrators who drop each other at
   * the same moment at least the later one sees that nobody is left. Whoever is plainly the last
   * one is told so before anything is written.
   */
  RoleChange setRoles(long accountId, Set<Role> roles, Staff by) {
    Optional<Account> before = find(accountId);
    if (before.isEmpty()) {
      return new NoSuchAccount();
    }
    Set<Role> old = before.get().roles();
    boolean dropsAdmin = old.contains(Role.ADMIN) && !roles.contains(Role.ADMIN);
    if (dropsAdmin && !rows.anyAdminBut(accountId)) {
      return new LastAdmin();
    }
    rows.setRoles(accountId, roles, changed(accountId, old, roles, by));
    if (dropsAdmin && !rows.anyAdminBut(accountId)) {
      rows.setRoles(accountId, old, changed(accountId, roles, old, by));
      return new LastAdmin();
    }
    sessions.forgetCopies(accountId);
    Account account = before.get();
    return new RolesSet(new Account(accountId, account.email(), account.name(), roles));
  }

  private static StaffActed changed(long accountId, Set<Role> from, Set<Role> to, Staff by) {
    String detail = new TreeSet<>(from) + " → " + new TreeSet<>(to);
    return by.acted(accountId, "roles-changed", "account", detail);
  }
}
