package banyan.business.account;

import banyan.platform.audit.Staff;
import banyan.platform.cache.Cache;
import banyan.platform.cache.Caches;
import banyan.platform.data.Database;
import banyan.platform.ids.Ids;
import banyan.platform.jobs.Jobs;
import banyan.platform.web.Authenticator;
import banyan.platform.web.Caller;
import banyan.platform.web.Role;
import java.io.Serializable;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Who is signed in. A token is 256 random bits behind the number of the shard that knows it, so
 * every node finds it with one look-up; copies in the cache live for seconds and are forgotten when
 * the session or the roles change.
 */
@Service
class Sessions implements Authenticator {
  private static final Pattern TOKEN = Pattern.compile("[0-3][0-9a-f]{2}\\.[A-Za-z0-9_-]{43}");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration SWEEP = Duration.ofMinutes(10);

  /** A token of no session: whoever sends it again and again is told from memory for so long. */
  private static final Duration UNKNOWN = Duration.ofSeconds(2);

  /** Expired sessions one statement deletes: short enough not to hold anybody up. */
  private static final int SWEEP_BATCH = 5_000;

  /** A session as the cache keeps it. */
  record Known(long accountId, Set<Role> roles, Instant expiresAt) implements Serializable {}

  /** A new session; the token is told this once. */
  record Begun(String token, Instant expiresAt) {
    @Override
    public String toString() {
      return "Begun[…]";
    }
  }

  private final Database database;
  private final Cache<String, Known> copies;
  private final AccountSettings settings;

  Sessions(AccountRows rows, Caches caches, Jobs jobs, AccountSettings settings) {
    this.database = rows.database();
    this.copies = caches.named("sessions", Known.class, UNKNOWN);
    this.settings = settings;
    jobs.every(SWEEP, "expired-sessions", database, Sessions::sweep);
  }

  @Override
  public Optional<Caller> callerOf(String token) {
    if (!TOKEN.matcher(token).matches()) {
      return Optional.empty();
    }
    String key = keyOf(token);
    Known known = copies.get(key, unknown -> load(shardOf(token), unknown));
    if (known != null && !known.expiresAt().isAfter(Instant.now())) {
      // this node's clock doubts its copy; the database decides
      copies.evict(key);
      known = copies.get(key, unknown -> load(shardOf(token), unknown));
    }
    return Optional.ofNullable(known).map(found -> new Caller(found.accountId(), found.roles()));
  }

  private @Nullable Known load(int shard, String key) {
    return database.fresh(
        shard,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT s.account_id, s.expires_at, array_to_string(a.roles, ',') AS roles
                      FROM account_session s
                      JOIN account a ON a.shard = s.shard AND a.account_id = s.account_id
                     WHERE s.shard = :shard AND s.token_hash = :hash AND s.expires_at > now()
                    """)
                .param("shard", shard)
                .param("hash", HexFormat.of().parseHex(key))
                .query(Sessions::known)
                .optional()
                .orElse(null));
  }

  private static Known known(ResultSet row, int number) throws SQLException {
    return new Known(
        row.getLong("account_id"),
        AccountRows.roles(row.getString("roles")),
        row.getTimestamp("expires_at").toInstant());
  }

  /** Begins a session; when the account has too many, its oldest ones end. */
  Begun begin(long accountId) {
    byte[] random = new byte[32];
    RANDOM.nextBytes(random);
    int shard = Ids.shardOf(accountId);
    String token =
        HexFormat.of().toHexDigits(shard, 3)
            + "."
            + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Instant expiresAt =
        database.write(
            accountId,
            jdbc ->
                jdbc.sql(
                        """
                        INSERT INTO account_session (shard, token_hash, account_id, expires_at)
                        VALUES (:shard, :hash, :accountId, now() + make_interval(secs => :seconds))
                        RETURNING expires_at
                        """)
                    .param("shard", shard)
                    .param("hash", Email.sha256(token))
                    .param("accountId", accountId)
                    .param("seconds", settings.sessionLife().toSeconds())
                    .query((row, number) -> row.getTimestamp("expires_at").toInstant())
                    .single());
    endOldest(accountId);
    return new Begun(token, expiresAt);
  }

  private void endOldest(long accountId) {
    List<byte[]> ended =
        database.write(
            accountId,
            jdbc ->
                jdbc.sql(
                        """
                        DELETE FROM account_session
                         WHERE shard = :shard AND token_hash IN (
                           SELECT token_hash FROM account_session
                            WHERE shard = :shard AND account_id = :accountId
                            ORDER BY created_at DESC
                           OFFSET :kept LIMIT 100)
                        RETURNING token_hash
                        """)
                    .param("shard", Ids.shardOf(accountId))
                    .param("accountId", accountId)
                    .param("kept", settings.sessionsMax())
                    .query((row, number) -> row.getBytes("token_hash"))
                    .list());
    forget(ended);
  }

  /** Ends the session; a repeat does nothing. */
  void end(String token) {
    if (!TOKEN.matcher(token).matches()) {
      return;
    }
    database.change(
        shardOf(token),
        jdbc ->
            jdbc.sql(
                    """
                    DELETE FROM account_session
                     WHERE shard = :shard AND token_hash = :hash
                    """)
                .param("shard", shardOf(token))
                .param("hash", Email.sha256(token))
                .update());
    copies.evict(keyOf(token));
  }

  /** Ends every session of the account but one, inside the transaction that runs. */
  List<byte[]> endOthers(JdbcClient jdbc, long accountId, String kept) {
    return jdbc.sql(
            """
            DELETE FROM account_session
             WHERE shard = :shard AND account_id = :accountId AND token_hash <> :kept
            RETURNING token_hash
            """)
        .param("shard", Ids.shardOf(accountId))
        .param("accountId", accountId)
        .param("kept", Email.sha256(kept))
        .query((row, number) -> row.getBytes("token_hash"))
        .list();
  }

  /** How many sessions of the account run. */
  int count(long accountId) {
    return database.fresh(
        accountId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT count(*) FROM account_session
                     WHERE shard = :shard AND account_id = :accountId AND expires_at > now()
                    """)
                .param("shard", Ids.shardOf(accountId))
                .param("accountId", accountId)
                .query(Integer.class)
                .single());
  }

  /** Ends all sessions of an account; a repeat finds none. */
  void endAll(long accountId, Staff by) {
    forget(
        database.write(
            accountId,
            jdbc -> {
              List<byte[]> ended =
                  jdbc.sql(
                          """
                          DELETE FROM account_session
                           WHERE shard = :shard AND account_id = :accountId
                          RETURNING token_hash
                          """)
                      .param("shard", Ids.shardOf(accountId))
                      .param("accountId", accountId)
                      .query((row, number) -> row.getBytes("token_hash"))
                      .list();
              String detail = ended.size() + " ended";
              database.publish(by.acted(accountId, "sessions-ended", "account", detail));
              return ended;
            }));
  }

  /** Makes every node look these sessions up again. */
  void forget(List<byte[]> hashes) {
    copies.evictAll(hashes.stream().map(HexFormat.of()::formatHex).toList());
  }

  /** {@link #forget} for all sessions of the account. */
  void forgetCopies(long accountId) {
    forget(
        database.fresh(
            accountId,
            jdbc ->
                jdbc.sql(
                        """
                        SELECT token_hash FROM account_session
                         WHERE shard = :shard AND account_id = :accountId
                         LIMIT :limit
                        """)
                    .param("shard", Ids.shardOf(accountId))
                    .param("accountId", accountId)
                    .param("limit", settings.sessionsMax() + 100)
                    .query((row, number) -> row.getBytes("token_hash"))
                    .list()));
  }

  static void sweep(JdbcClient jdbc) {
    int deleted;
    do {
      deleted =
          jdbc.sql(
                  """
                  DELETE FROM account_session
                   WHERE (shard, token_hash) IN (
                     SELECT shard, token_hash FROM account_session -- every shard
                      WHERE expires_at < now()
                      LIMIT :batch)
                  """)
              .param("batch", SWEEP_BATCH)
              .update();
    } while (deleted == SWEEP_BATCH);
  }

  private static int shardOf(String token) {
    return Integer.parseInt(token, 0, 3, 16);
  }

  private static String keyOf(String token) {
    return HexFormat.of().formatHex(Email.sha256(token));
  }
}
