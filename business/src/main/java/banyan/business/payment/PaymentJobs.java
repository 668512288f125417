package banyan.business.payment;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.jobs.Jobs;
import banyan.platform.limits.Breaker;
import banyan.platform.money.Money;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Drives on what was left half-way: refunds that were not sent, payments that nobody told the end
 * of.
 */
@Component
class PaymentJobs {
  private static final int BATCH_MAX = 200;
  private static final Logger log = LoggerFactory.getLogger(PaymentJobs.class);

  private final Database database;
  private final LocalPayments payments;
  private final Providers providers;
  private final PaymentSettings settings;

  PaymentJobs(
      Databases databases,
      Jobs jobs,
      LocalPayments payments,
      Providers providers,
      PaymentSettings settings) {
    this.database = databases.module("payment");
    this.payments = payments;
    this.providers = providers;
    this.settings = settings;
    jobs.every(Duration.ofMillis(500), "send-refunds", database, this::sendRefunds);
    jobs.every(Duration.ofSeconds(5), "reconcile-payments", database, this::reconcile);
  }

  private void sendRefunds(JdbcClient all) {
    record Due(
        long orderId, String cause, long tradeId, long amount, String currency, String provider) {}
    List<Due> due =
        all.sql(
                """
                -- every shard
                SELECT r.order_id, r.cause, r.trade_id, r.amount, r.currency, p.provider
                  FROM payment_refund r
                  JOIN payment p ON p.shard = r.shard AND p.trade_id = r.trade_id
                 WHERE r.state = 'REQUESTED'
                 ORDER BY r.created_at
                 LIMIT :limit
                """)
            .param("limit", BATCH_MAX)
            .query(Due.class)
            .list();
    for (Due refund : due) {
      try {
        providers.refund(
            refund.provider(),
            refund.orderId() + ":" + refund.cause(),
            refund.tradeId(),
            new Money(refund.amount(), refund.currency()));
        database.change(
            refund.orderId(),
            jdbc ->
                new PaymentRows(jdbc, refund.orderId())
                    .refundSent(refund.orderId(), refund.cause()));
      } catch (Breaker.Open notAsked) {
        return;
      } catch (RuntimeException away) {
        log.atWarn()
            .addKeyValue("orderId", refund.orderId())
            .addKeyValue("reason", away.toString())
            .log("refund not sent; it is tried again");
      }
    }
  }

  private void reconcile(JdbcClient all) {
    record Open(long tradeId, String provider) {}
    List<Open> due =
        all.sql(
                """
                -- every shard
                SELECT trade_id, provider
                  FROM payment
                 WHERE state IN ('CREATED', 'PENDING', 'REDIRECTED')
                   AND changed_at < now() - make_interval(secs => :seconds)
                 ORDER BY changed_at
                 LIMIT :limit
                """)
            .param("seconds", settings.reconcile().toSeconds())
            .param("limit", BATCH_MAX)
            .query(Open.class)
            .list();
    for (Open open : due) {
      try {
        providers
            .ask(open.provider(), open.tradeId())
            .ifPresentOrElse(
                charge -> payments.learn(open.tradeId(), charge),
                () -> payments.unheard(open.tradeId(), open.provider()));
      } catch (Breaker.Open notAsked) {
        return;
      } catch (Breaker.Unanswered away) {
        log.atWarn()
            .addKeyValue("tradeId", open.tradeId())
            .addKeyValue("reason", away.getMessage())
            .log("payment still open; the provider is asked again");
      }
    }
  }
}
