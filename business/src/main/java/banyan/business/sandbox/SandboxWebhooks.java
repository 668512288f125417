package banyan.business.sandbox;

import banyan.business.payment.PaymentProvider.Forged;
import banyan.business.payment.PaymentProvider.Genuine;
import banyan.business.payment.PaymentProvider.Notice;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.jobs.Jobs;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends the sandbox's webhooks over HTTP, again and again until they are taken, signed as payment
 * providers sign them: {@code Banyan-Signature: t=<seconds>,v1=<hex HMAC-SHA-256 of "t.body">}.
 * Knows two keys, so that one can be changed while webhooks signed with the other are on their way.
 */
@Component
class SandboxWebhooks {
  /** Older webhooks are refused: somebody may have kept one to play it again. */
  static final Duration AGE_MAX = Duration.ofSeconds(300);

  private static final int ATTEMPTS_MAX = 12;
  private static final Pattern SIGNATURE = Pattern.compile("t=(\\d{1,12}),v1=([0-9a-f]{64})");
  private static final Logger log = LoggerFactory.getLogger(SandboxWebhooks.class);

  private record Due(String eventId, String reference, String type, int copies, int attempts) {}

  private final Database database;
  private final Ids ids;
  private final JsonMapper json;
  private final SandboxSettings settings;
  private final Environment environment;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  SandboxWebhooks(
      Databases databases,
      Jobs jobs,
      Ids ids,
      JsonMapper json,
      SandboxSettings settings,
      Environment environment) {
    this.database = databases.module("sandbox");
    this.ids = ids;
    this.json = json;
    this.settings = settings;
    this.environment = environment;
    jobs.every(Duration.ofMillis(200), "send-webhooks", database, this::deliver);
  }

  String pageUrl() {
    return settings.page().isEmpty() ? own() : settings.page();
  }

  private String own() {
    return "http://127.0.0.1:" + environment.getProperty("local.server.port", "8080");
  }

  /** Plans a webhook. */
  void send(String reference, String type, Duration delay, int copies) {
    database.change(
        0,
        jdbc ->
            jdbc.sql(
                    """
                    INSERT INTO sandbox_webhook (event_id, reference, type, deliver_at, copies)
                    VALUES (:eventId, :reference, :type, now() + make_interval(secs => :delay), :copies)
                    """)
                .param("eventId", "evt_" + ids.nextRoot())
                .param("reference", reference)
                .param("type", type)
                .param("delay", delay.toMillis() / 1000.0)
                .param("copies", copies)
                .update());
  }

  private void deliver(JdbcClient jdbc) {
    List<Due> due =
        jdbc.sql(
                """
                SELECT event_id, reference, type, copies, attempts
                  FROM sandbox_webhook
                 WHERE deliver_at <= now()
                 ORDER BY deliver_at
                 LIMIT 100
                """)
            .query(Due.class)
            .list();
    for (Due webhook : due) {
      if (webhook.type().equals("captured") && !stillCaptures(jdbc, webhook.reference())) {
        forget(jdbc, webhook);
      } else if (post(webhook)) {
        forget(jdbc, webhook);
      } else {
        postpone(jdbc, webhook);
      }
    }
  }

  /**
   * A late charge is captured at the moment its webhook goes out, unless it was cancelled
   * meanwhile.
   */
  private static boolean stillCaptures(JdbcClient jdbc, String reference) {
    return jdbc.sql(
                """
                UPDATE sandbox_charge SET state = 'CAPTURED'
                 WHERE reference = :reference AND state IN ('PENDING', 'CAPTURED')
                """)
            .param("reference", reference)
            .update()
        == 1;
  }

  private boolean post(Due webhook) {
    byte[] body =
        json.writeValueAsBytes(
            Map.of(
                "id", webhook.eventId(), "reference", webhook.reference(), "type", webhook.type()));
    boolean taken = true;
    for (int copy = 0; copy < webhook.copies(); copy++) {
      long seconds = System.currentTimeMillis() / 1000;
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(target()))
              .timeout(Duration.ofSeconds(5))
              .header("Content-Type", "application/json")
              .header(
                  "Banyan-Signature",
                  "t=" + seconds + ",v1=" + signature(key("current"), seconds, body))
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      try {
        int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        taken &= status / 100 == 2;
      } catch (java.io.IOException away) {
        taken = false;
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return taken;
  }

  private String target() {
    return settings.webhooks().isEmpty()
        ? own() + "/api/payments/webhooks/sandbox"
        : settings.webhooks();
  }

  private static void forget(JdbcClient jdbc, Due webhook) {
    jdbc.sql("DELETE FROM sandbox_webhook WHERE event_id = :eventId")
        .param("eventId", webhook.eventId())
        .update();
  }

  private static void postpone(JdbcClient jdbc, Due webhook) {
    if (webhook.attempts() + 1 >= ATTEMPTS_MAX) {
      log.atWarn()
          .addKeyValue("reference", webhook.reference())
          .log("webhook given up; the shop has to ask");
      forget(jdbc, webhook);
      return;
    }
    jdbc.sql(
            """
            UPDATE sandbox_webhook
               SET attempts = attempts + 1, deliver_at = now() + make_interval(secs => :pause)
             WHERE event_id = :eventId
            """)
        .param("pause", 0.5 * (1 << webhook.attempts()))
        .param("eventId", webhook.eventId())
        .update();
  }

  Notice verify(Map<String, String> headers, byte[] body) {
    Matcher signature = SIGNATURE.matcher(headers.getOrDefault("banyan-signature", ""));
    if (!signature.matches()) {
      return new Forged("unsigned");
    }
    long seconds = Long.parseLong(signature.group(1));
    boolean known =
        List.of("current", "previous").stream()
            .map(name -> signature(key(name), seconds, body))
            .anyMatch(ours ->
                MessageDigest.isEqual(
                    ours.getBytes(StandardCharsets.US_ASCII),
                    signature.group(2).getBytes(StandardCharsets.US_ASCII)));
    if (!known) {
      return new Forged("wrong_signature");
    }
    if (Math.abs(System.currentTimeMillis() / 1000 - seconds) > AGE_MAX.toSeconds()) {
      return new Forged("stale");
    }
    try {
      JsonNode event = json.readTree(body);
      String id = event.path("id").asString("");
      String reference = event.path("reference").asString("");
      String type = event.path("type").asString("");
      return id.isEmpty() || Ids.parse(reference).isEmpty()
          ? new Forged("unreadable")
          : new Genuine(id, reference, type);
    } catch (JacksonException notJson) {
      return new Forged("unreadable");
    }
  }

  String signature(byte[] key, long seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  /** A signing key, made when it is first needed. */
  byte[] key(String name) {
    byte[] fresh = new byte[32];
    new SecureRandom().nextBytes(fresh);
    return database.write(
        0,
        jdbc -> {
          jdbc.sql(
                  "INSERT INTO sandbox_key (name, key) VALUES (:name, :key) ON CONFLICT DO NOTHING")
              .param("name", name)
              .param("key", fresh)
              .update();
          return jdbc.sql("SELECT key FROM sandbox_key WHERE name = :name")
              .param("name", name)
              .query((row, n) -> row.getBytes("key"))
              .single();
        });
  }
}
