package banyan.business.account;

import static banyan.platform.web.Role.ADMIN;
import static banyan.platform.web.Role.BUYER;
import static banyan.platform.web.Role.SELLER;
import static banyan.platform.web.Role.SUPPORT;

import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.IdempotencyKey;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.SessionToken;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Sign-up, and what an account's owner sees and changes of it. */
@RestController
class AccountController {
  static final int NAME_MAX = 100;

  record SignUpRequest(
      @NotNull
          @Size(max = Email.LENGTH_MAX)
          @Pattern(regexp = Email.FORM, message = "is not an e-mail address")
          String email,
      @NotNull @Size(max = 200) String password,
      @NotBlank @Size(max = NAME_MAX) String name) {
    @Override
    public String toString() {
      return "SignUpRequest[…]";
    }
  }

  record NameChange(@NotBlank @Size(max = NAME_MAX) String name) {}

  record PasswordChange(
      @NotNull @Size(max = 200) String current, @NotNull @Size(max = 200) String password) {
    @Override
    public String toString() {
      return "PasswordChange[…]";
    }
  }

  private final LocalAccounts accounts;
  private final AccountRows rows;
  private final SignIn signIn;
  private final Passwords passwords;
  private final Throttles throttles;

  AccountController(
      LocalAccounts accounts,
      AccountRows rows,
      SignIn signIn,
      Passwords passwords,
      Throttles throttles) {
    this.accounts = accounts;
    this.rows = rows;
    this.signIn = signIn;
    this.passwords = passwords;
    this.throttles = throttles;
  }

  @PostMapping("/api/accounts")
  @Allow(everyone = true)
  @Refuses({HttpStatus.CONFLICT, HttpStatus.TOO_MANY_REQUESTS})
  ResponseEntity<AccountView> open(
      @Valid @RequestBody SignUpRequest request, IdempotencyKey key, HttpServletRequest http) {
    throttles.signUp(http);
    refuseWeak(request.password());
    return switch (accounts.open(
        key.value(), request.email(), request.name().strip(), request.password())) {
      case LocalAccounts.Opened(Accounts.Account account) ->
          ResponseEntity.created(URI.create("/api/account")).body(AccountView.of(account));
      case LocalAccounts.EmailTaken() ->
          throw Problem.of(
              HttpStatus.CONFLICT,
              "email_taken",
              "There is an account with this e-mail address; sign in instead.");
    };
  }

  @GetMapping("/api/account")
  @Allow({BUYER, SELLER, SUPPORT, ADMIN})
  AccountView mine(Caller caller) {
    return AccountView.of(accounts.find(caller.accountId()).orElseThrow());
  }

  @PutMapping("/api/account")
  @Allow({BUYER, SELLER, SUPPORT, ADMIN})
  AccountView rename(@Valid @RequestBody NameChange change, Caller caller) {
    rows.rename(caller.accountId(), change.name().strip());
    return mine(caller);
  }

  @PutMapping("/api/account/password")
  @Allow({BUYER, SELLER, SUPPORT, ADMIN})
  @Refuses({HttpStatus.UNPROCESSABLE_CONTENT, HttpStatus.TOO_MANY_REQUESTS})
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void changePassword(
      @Valid @RequestBody PasswordChange change,
      Caller caller,
      SessionToken token,
      HttpServletRequest http) {
    refuseWeak(change.password());
    throttles.password(http, Long.toString(caller.accountId()));
    if (!signIn.changePassword(
        caller.accountId(), change.current(), change.password(), token.value())) {
      throw Problem.of(
          HttpStatus.UNPROCESSABLE_CONTENT,
          "wrong_password",
          "The current password is not the right one.");
    }
  }

  private void refuseWeak(String password) {
    passwords
        .objection(password)
        .ifPresent(objection -> {
          throw Problem.invalid("/password", objection);
        });
  }
}
