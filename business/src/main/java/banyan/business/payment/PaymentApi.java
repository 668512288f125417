package banyan.business.payment;

import banyan.business.payment.PaymentProvider.Forged;
import banyan.business.payment.PaymentProvider.Genuine;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.IdempotencyKey;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.Role;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
class PaymentApi {
  private static final int WEBHOOK_BYTES_MAX = 64 * 1024;

  private final LocalPayments payments;
  private final Providers providers;
  private final Payouts payouts;

  PaymentApi(LocalPayments payments, Providers providers, Payouts payouts) {
    this.payments = payments;
    this.providers = providers;
    this.payouts = payouts;
  }

  @Allow(everyone = true)
  @PostMapping("/api/payments/webhooks/{provider}")
  ResponseEntity<Void> webhook(
      @PathVariable String provider, @RequestHeader HttpHeaders headers, @RequestBody byte[] body) {
    if (!providers.names().contains(provider)) {
      throw Problem.notFound("payment provider");
    }
    if (body.length > WEBHOOK_BYTES_MAX) {
      throw Problem.of(HttpStatus.CONTENT_TOO_LARGE, "too_large", "A webhook has at most 64 KiB.");
    }
    Map<String, String> lower = new LinkedHashMap<>();
    headers.forEach((name, values) -> lower.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    return switch (providers.named(provider).verify(lower, body)) {
      case Genuine notice -> {
        payments.hear(provider, notice);
        yield ResponseEntity.noContent().build();
      }
      case Forged(String reason) ->
          throw Problem.of(
                  HttpStatus.BAD_REQUEST,
                  "webhook_refused",
                  "The webhook was refused: " + reason + ".")
              .with("reason", reason);
    };
  }

  record Balance(List<Money> owed) {}

  @Allow(Role.SELLER)
  @GetMapping("/api/seller/balance")
  Balance balance(Caller caller) {
    return new Balance(payouts.owed(caller.accountId()));
  }

  record PayoutView(String id, List<Money> amounts, Instant at) {}

  @Allow(Role.SELLER)
  @Refuses(HttpStatus.CONFLICT)
  @PostMapping("/api/seller/payouts")
  ResponseEntity<PayoutView> payOut(Caller caller, IdempotencyKey key) {
    return payouts
        .payOut(caller.accountId(), key.value())
        .map(payout -> ResponseEntity.status(HttpStatus.CREATED).body(payout))
        .orElseThrow(() ->
            Problem.of(
                HttpStatus.CONFLICT,
                "nothing_to_pay_out",
                "Nothing is owed to this shop at the moment."));
  }

  @Allow(Role.SELLER)
  @GetMapping("/api/seller/payouts")
  Map<String, List<PayoutView>> listPayouts(Caller caller) {
    return Map.of("data", payouts.list(caller.accountId()));
  }

  record PostingView(String account, Money amount, String cause, Instant at) {}

  @Allow({Role.SUPPORT, Role.ADMIN})
  @GetMapping("/api/admin/orders/{id}/ledger")
  Map<String, List<PostingView>> ledger(@PathVariable String id) {
    long orderId = Ids.parse(id).orElseThrow(() -> Problem.notFound("order"));
    List<PostingView> postings =
        payments.postings(orderId).stream()
            .map(posting ->
                new PostingView(posting.account(), posting.amount(), posting.cause(), posting.at()))
            .toList();
    if (postings.isEmpty()) {
      throw Problem.notFound("order with a payment");
    }
    return Map.of("data", postings);
  }
}
