package banyan.business.sandbox;

import static banyan.platform.data.Columns.numbers;
import static banyan.platform.data.Columns.texts;

import banyan.business.payment.PaymentProvider;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Shared;
import banyan.platform.money.Money;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * A payment provider to play with. Tokens say how it behaves:
 *
 * <ul>
 *   <li>{@code tok_approve} takes the money at once
 *   <li>{@code tok_decline} refuses
 *   <li>{@code tok_redirect} wants the buyer to confirm on its page
 *   <li>{@code tok_late} says nothing, and sends a webhook a little later
 *   <li>{@code tok_twice} as late, and sends every webhook twice
 *   <li>{@code tok_reversed} as twice, and sends the last webhook first
 *   <li>{@code tok_hang} takes the money and does not answer; its webhook comes after that
 *   <li>{@code tok_after_cancel} waits until the payment is cancelled and then takes the money all
 *       the same
 * </ul>
 *
 * Any other token is declined. It keeps its own memory and reaches the shop only as a real provider
 * would: by its answers and by signed webhooks.
 */
@Component
class SandboxProvider implements PaymentProvider {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Of a charge that was cancelled before it arrived, the amount is not known. */
  private static final Money NOTHING = new Money(0, "GBP");

  record Known(String token, String state, String pageKey) {}

  private final Database database;
  private final Shared<NewCharge, Boolean> charges;
  private final SandboxWebhooks webhooks;
  private final SandboxSettings settings;
  private final Moods moods;

  SandboxProvider(
      Databases databases, SandboxWebhooks webhooks, SandboxSettings settings, Moods moods) {
    this.database = databases.module("sandbox");
    this.charges = database.shared("charges", this::remember);
    this.webhooks = webhooks;
    this.settings = settings;
    this.moods = moods;
  }

  @Override
  public String name() {
    return "sandbox";
  }

  @Override
  public Charge charge(String reference, Money amount, String asked) {
    Sandbox.Mood mood = moods.mood();
    String token =
        asked.equals("tok_approve") && (mood == Sandbox.Mood.LATE || mood == Sandbox.Mood.TWICE)
            ? mood == Sandbox.Mood.LATE ? "tok_late" : "tok_reversed"
            : asked;
    boolean unwell = mood == Sandbox.Mood.HANGING || mood == Sandbox.Mood.FAILING;
    if (unwell && reference.hashCode() % 2 == 0) {
      // this one never arrives
      moods.suffer();
    }
    Charge charge = taken(reference, amount, token);
    if (unwell) {
      webhooks.send(reference, "captured", settings.hang(), 1);
      moods.suffer();
    }
    return charge;
  }

  private Charge taken(String reference, Money amount, String token) {
    String state =
        switch (token) {
          case "tok_approve", "tok_hang" -> "CAPTURED";
          case "tok_redirect", "tok_late", "tok_twice", "tok_reversed", "tok_after_cancel" ->
              "PENDING";
          default -> "DECLINED";
        };
    Known known = new Known(token, state, pageKey());
    boolean first =
        charges.take(0, new NewCharge(reference, amount, token, state, known.pageKey()));
    if (!first) {
      return known(reference).orElseGet(ChargePending::new);
    }
    if (token.equals("tok_hang")) {
      LockSupport.parkNanos(settings.hang().toNanos());
    }
    return answer(reference, known);
  }

  private static String pageKey() {
    byte[] key = new byte[16];
    RANDOM.nextBytes(key);
    return HexFormat.of().formatHex(key);
  }

  private record NewCharge(
      String reference, Money amount, String token, String state, String pageKey) {}

  /** Charges and their webhooks together: one whose webhooks were never planned would stay open. */
  private List<Boolean> remember(JdbcClient jdbc, List<NewCharge> charges) {
    Set<String> first =
        new HashSet<>(
            jdbc.sql(
                    """
                    INSERT INTO sandbox_charge (reference, token, amount, currency, state, page_key)
                    SELECT * FROM unnest(:references, :tokens, :amounts, :currencies, :states, :pageKeys)
                    ON CONFLICT DO NOTHING
                    RETURNING reference
                    """)
                .param("references", texts(charges, NewCharge::reference))
                .param("tokens", texts(charges, NewCharge::token))
                .param("amounts", numbers(charges, charge -> charge.amount().amount()))
                .param("currencies", texts(charges, charge -> charge.amount().currency()))
                .param("states", texts(charges, NewCharge::state))
                .param("pageKeys", texts(charges, NewCharge::pageKey))
                .query((row, n) -> row.getString(1))
                .list());
    List<Boolean> outcomes = new ArrayList<>();
    for (NewCharge charge : charges) {
      boolean made = first.remove(charge.reference());
      if (made) {
        plan(charge.reference(), charge.token());
      }
      outcomes.add(made);
    }
    return outcomes;
  }

  private void plan(String reference, String token) {
    switch (token) {
      case "tok_late", "tok_twice" -> {
        int copies = token.equals("tok_twice") ? 2 : 1;
        webhooks.send(reference, "pending", Duration.ZERO, copies);
        webhooks.send(reference, "authorized", settings.late().dividedBy(2), copies);
        webhooks.send(reference, "captured", settings.late(), copies);
      }
      case "tok_reversed" -> {
        webhooks.send(reference, "captured", settings.late().dividedBy(4), 2);
        webhooks.send(reference, "authorized", settings.late().dividedBy(2), 2);
        webhooks.send(reference, "pending", settings.late(), 2);
      }
      case "tok_hang" -> webhooks.send(reference, "captured", settings.hang(), 1);
      default -> {
        // the answer says it all
      }
    }
  }

  @Override
  public Optional<Charge> ask(String reference) {
    moods.suffer();
    return known(reference);
  }

  private Optional<Charge> known(String reference) {
    return find(reference).map(charge -> answer(reference, charge));
  }

  private Charge answer(String reference, Known charge) {
    return switch (charge.state()) {
      case "CAPTURED" -> new Charged(reference);
      case "DECLINED", "CANCELLED" -> new ChargeDeclined("The card was declined.");
      default ->
          charge.token().equals("tok_redirect")
              ? new ChargeRedirect(
                  webhooks.pageUrl()
                      + "/sandbox/payments/"
                      + reference
                      + "?key="
                      + charge.pageKey())
              : new ChargePending();
    };
  }

  Optional<Known> find(String reference) {
    return database.fresh(
        0,
        jdbc ->
            jdbc.sql(
                    "SELECT token, state, page_key FROM sandbox_charge WHERE reference = :reference")
                .param("reference", reference)
                .query(Known.class)
                .optional());
  }

  /** Ends an open charge as the buyer has chosen; false when it has ended before. */
  boolean decide(String reference, boolean approve) {
    boolean mine =
        database.write(0, jdbc -> move(jdbc, reference, approve ? "CAPTURED" : "DECLINED"));
    if (mine) {
      webhooks.send(reference, approve ? "captured" : "declined", Duration.ZERO, 1);
    }
    return mine;
  }

  @Override
  public void cancel(String reference) {
    moods.suffer();
    // a charge that arrives after this finds itself cancelled
    charges.take(0, new NewCharge(reference, NOTHING, "cancelled", "CANCELLED", pageKey()));
    boolean insists =
        find(reference).filter(charge -> charge.token().equals("tok_after_cancel")).isPresent();
    boolean moved =
        database.write(0, jdbc -> move(jdbc, reference, insists ? "CAPTURED" : "CANCELLED"));
    if (moved && insists) {
      webhooks.send(reference, "captured", Duration.ZERO, 1);
    }
  }

  private static boolean move(JdbcClient jdbc, String reference, String to) {
    return jdbc.sql(
                "UPDATE sandbox_charge SET state = :to WHERE reference = :reference AND state = 'PENDING'")
            .param("to", to)
            .param("reference", reference)
            .update()
        == 1;
  }

  @Override
  public void refund(String refundId, String reference, Money amount) {
    moods.suffer();
    database.change(
        0,
        jdbc ->
            jdbc.sql(
                    """
                    INSERT INTO sandbox_refund (refund_id, reference, amount)
                    VALUES (:refundId, :reference, :amount)
                    ON CONFLICT DO NOTHING
                    """)
                .param("refundId", refundId)
                .param("reference", reference)
                .param("amount", amount.amount())
                .update());
  }

  @Override
  public Notice verify(Map<String, String> headers, byte[] body) {
    return webhooks.verify(headers, body);
  }
}
