package banyan.business.account;

import static banyan.platform.web.Role.ADMIN;
import static banyan.platform.web.Role.SUPPORT;

import banyan.platform.audit.Staff;
import banyan.platform.ids.Ids;
import banyan.platform.web.Allow;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the staff sees of accounts. */
@RestController
class AdminAccountController {
  record RolesRequest(@NotEmpty @Size(max = 4) Set<@NotNull Role> roles) {}

  private final LocalAccounts accounts;
  private final AccountRows rows;
  private final Sessions sessions;

  AdminAccountController(LocalAccounts accounts, AccountRows rows, Sessions sessions) {
    this.accounts = accounts;
    this.rows = rows;
    this.sessions = sessions;
  }

  /**
   * Accounts from new to old.
   *
   * @param q how the e-mail address or the name begins
   * @param role that they have
   */
  @GetMapping("/api/admin/accounts")
  @Allow({SUPPORT, ADMIN})
  Page<AccountView> list(
      @RequestParam(defaultValue = "") @Size(max = Email.LENGTH_MAX) String q,
      @RequestParam(required = false) @Nullable Role role,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable String cursor) {
    List<Accounts.Account> found =
        rows.newest(q.strip().toLowerCase(Locale.ROOT), role, Page.decodeId(cursor), limit + 1);
    return Page.of(found, limit, account -> Long.toString(account.accountId()))
        .map(AccountView::of);
  }

  /**
   * @param sessions how many are running
   */
  record WholeAccountView(
      String id, String email, String name, List<Role> roles, boolean canSignIn, int sessions) {}

  @GetMapping("/api/admin/accounts/{id}")
  @Allow({SUPPORT, ADMIN})
  WholeAccountView show(@PathVariable String id) {
    long accountId = idOf(id);
    AccountRows.Row row = rows.find(accountId).orElseThrow(() -> Problem.notFound("account"));
    AccountView account = AccountView.of(row.account());
    return new WholeAccountView(
        account.id(),
        account.email(),
        account.name(),
        account.roles(),
        row.password() != null,
        sessions.count(accountId));
  }

  private static long idOf(String id) {
    return Ids.parse(id).orElseThrow(() -> Problem.notFound("account"));
  }

  /** Ends all sessions of an account: it has to sign in again, everywhere. */
  @DeleteMapping("/api/admin/accounts/{id}/sessions")
  @Allow(ADMIN)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void endSessions(Staff staff, @PathVariable String id) {
    long accountId = idOf(id);
    if (rows.find(accountId).isEmpty()) {
      throw Problem.notFound("account");
    }
    sessions.endAll(accountId, staff);
  }

  @PutMapping("/api/admin/accounts/{id}/roles")
  @Allow(ADMIN)
  @Refuses(HttpStatus.CONFLICT)
  AccountView setRoles(
      Staff staff, @PathVariable String id, @Valid @RequestBody RolesRequest request) {
    return switch (accounts.setRoles(idOf(id), request.roles(), staff)) {
      case LocalAccounts.RolesSet(Accounts.Account account) -> AccountView.of(account);
      case LocalAccounts.NoSuchAccount() -> throw Problem.notFound("account");
      case LocalAccounts.LastAdmin() ->
          throw Problem.of(
              HttpStatus.CONFLICT,
              "last_admin",
              "This is the last administrator; make another one first.");
    };
  }
}
