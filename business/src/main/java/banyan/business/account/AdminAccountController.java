package banyan.business.account;

import static banyan.platform.web.Role.ADMIN;
import static banyan.platform.web.Role.SUPPORT;

import banyan.platform.ids.Ids;
import banyan.platform.web.Allow;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
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
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the staff sees of accounts. */
@RestController
class AdminAccountController {
  record RolesRequest(@NotEmpty @Size(max = 4) Set<@NotNull Role> roles) {}

  private final LocalAccounts accounts;
  private final AccountRows rows;

  AdminAccountController(LocalAccounts accounts, AccountRows rows) {
    this.accounts = accounts;
    this.rows = rows;
  }

  /**
   * @param q how the e-mail address or the name begins
   */
  @GetMapping("/api/admin/accounts")
  @Allow({SUPPORT, ADMIN})
  Page<AccountView> list(
      @RequestParam(defaultValue = "") @Size(max = Email.LENGTH_MAX) String q,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable String cursor) {
    List<Accounts.Account> found =
        rows.newest(q.strip().toLowerCase(Locale.ROOT), Page.decodeId(cursor), limit + 1);
    return Page.of(found, limit, account -> Long.toString(account.accountId()))
        .map(AccountView::of);
  }

  @PutMapping("/api/admin/accounts/{id}/roles")
  @Allow(ADMIN)
  AccountView setRoles(@PathVariable String id, @Valid @RequestBody RolesRequest request) {
    long accountId = Ids.parse(id).orElseThrow(() -> Problem.notFound("account"));
    return switch (accounts.setRoles(accountId, request.roles())) {
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
