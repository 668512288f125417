package banyan.business.payment;

import banyan.business.payment.PaymentProvider.Charge;
import banyan.business.payment.PaymentProvider.ChargePending;
import banyan.platform.money.Money;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The providers we know, never waited for longer than a buyer would wait. */
@Component
class Providers {
  private static final Logger log = LoggerFactory.getLogger(Providers.class);

  private final Map<String, PaymentProvider> byName;
  private final PaymentSettings settings;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

  Providers(ObjectProvider<PaymentProvider> providers, PaymentSettings settings) {
    this.byName =
        providers.stream().collect(Collectors.toMap(PaymentProvider::name, Function.identity()));
    this.settings = settings;
  }

  Set<String> names() {
    return new TreeSet<>(byName.keySet());
  }

  PaymentProvider named(String name) {
    PaymentProvider provider = byName.get(name);
    if (provider == null) {
      throw new IllegalArgumentException("no payment method " + name + "; known: " + names());
    }
    return provider;
  }

  /**
   * Charges within the time a buyer waits; a provider that fails or hangs leaves the charge
   * pending.
   */
  Charge charge(String name, long tradeId, Money amount, String token) {
    PaymentProvider provider = named(name);
    Future<Charge> call =
        calls.submit(() -> provider.charge(Long.toString(tradeId), amount, token));
    try {
      return call.get(settings.answer().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException hangs) {
      log.atWarn()
          .addKeyValue("provider", name)
          .addKeyValue("tradeId", tradeId)
          .log("payment pending: no answer");
      return new ChargePending();
    } catch (ExecutionException fails) {
      log.atWarn()
          .addKeyValue("provider", name)
          .addKeyValue("tradeId", tradeId)
          .setCause(fails.getCause())
          .log("payment pending: provider failed");
      return new ChargePending();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new ChargePending();
    }
  }
}
