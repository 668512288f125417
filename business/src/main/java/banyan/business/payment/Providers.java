package banyan.business.payment;

import banyan.business.payment.PaymentProvider.Charge;
import banyan.business.payment.PaymentProvider.ChargeDeclined;
import banyan.business.payment.PaymentProvider.ChargePending;
import banyan.platform.limits.Breaker;
import banyan.platform.money.Money;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * The providers we know. None is waited for longer than a buyer would wait, and one that fails or
 * hangs again and again is not asked for a while.
 */
@Component
class Providers {
  private static final Logger log = LoggerFactory.getLogger(Providers.class);

  private record Line(PaymentProvider provider, Breaker breaker) {}

  private final Map<String, Line> byName;

  Providers(
      ObjectProvider<PaymentProvider> providers, PaymentSettings settings, MeterRegistry meters) {
    this.byName =
        providers.stream()
            .collect(
                Collectors.toMap(
                    PaymentProvider::name,
                    provider ->
                        new Line(
                            provider,
                            new Breaker(
                                "payment-" + provider.name(),
                                settings.answer(),
                                settings.rest(),
                                meters))));
  }

  Set<String> names() {
    return new TreeSet<>(byName.keySet());
  }

  PaymentProvider named(String name) {
    return line(name).provider();
  }

  private Line line(String name) {
    Line line = byName.get(name);
    if (line == null) {
      throw new IllegalArgumentException("no payment method " + name + "; known: " + names());
    }
    return line;
  }

  /** When to come back for a provider that is not asked now; empty when it is. */
  Optional<Duration> away(String name) {
    Breaker breaker = line(name).breaker();
    return breaker.admits() ? Optional.empty() : Optional.of(breaker.rest());
  }

  /**
   * Charges within the time a buyer waits. A provider that fails or hangs leaves the charge
   * pending; one that is not asked at all has taken nothing.
   *
   * @param first false when an earlier call may have reached the provider
   */
  Charge charge(String name, long tradeId, Money amount, String token, boolean first) {
    Line line = line(name);
    try {
      return line.breaker()
          .call(() -> line.provider().charge(Long.toString(tradeId), amount, token));
    } catch (Breaker.Open notAsked) {
      return first
          ? new ChargeDeclined("The payment provider does not answer; no money was taken.")
          : new ChargePending();
    } catch (Breaker.Unanswered fault) {
      log.atWarn()
          .addKeyValue("provider", name)
          .addKeyValue("tradeId", tradeId)
          .addKeyValue("reason", fault.getMessage())
          .log("payment pending");
      return new ChargePending();
    }
  }

  /**
   * What has become of a charge; empty when the provider never heard of it.
   *
   * @throws Breaker.Open when it was not asked
   * @throws Breaker.Unanswered when it does not answer
   */
  Optional<Charge> ask(String name, long tradeId) {
    Line line = line(name);
    return line.breaker().call(() -> line.provider().ask(Long.toString(tradeId)));
  }

  /** As {@link PaymentProvider#cancel}; throws as {@link #ask} does. */
  void cancel(String name, long tradeId) {
    Line line = line(name);
    line.breaker()
        .call(() -> {
          line.provider().cancel(Long.toString(tradeId));
          return true;
        });
  }

  /** As {@link PaymentProvider#refund}; throws as {@link #ask} does. */
  void refund(String name, String refundId, long tradeId, Money amount) {
    Line line = line(name);
    line.breaker()
        .call(() -> {
          line.provider().refund(refundId, Long.toString(tradeId), amount);
          return true;
        });
  }
}
