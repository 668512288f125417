package banyan.business.payment;

import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.jobs.Jobs;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Chains the ledger's entries by hashes, so that nobody changes, removes or inserts one unseen.
 *
 * <p>Chaining inside the payment's transaction would make every payment wait for the one before it.
 * So a job links entries a moment after their commit, in the order of their transaction numbers:
 * everything below the oldest running transaction ({@code pg_snapshot_xmin}) is complete, nothing
 * can appear there any more, so the order is final. What was not linked within a minute is a
 * violation by itself.
 */
@Configuration(proxyBeanMethods = false)
class LedgerChain {
  private static final int BATCH_MAX = 1_000;
  private static final byte[] FIRST = new byte[32];

  /**
   * Everything of an entry that its hash covers, as one line of text that the database writes in
   * one way only.
   */
  private static final String CONTENT =
      """
      concat_ws('|', e.shard, e.entry_id, e.cause, extract(epoch FROM e.at),
                (SELECT string_agg(concat_ws(',', p.line, p.account, p.order_id, p.currency, p.amount), ';'
                                   ORDER BY p.line)
                   FROM ledger_posting p WHERE p.shard = e.shard AND p.entry_id = e.entry_id))
      """;

  private record Unlinked(int shard, long entryId, String xid, String content) {}

  private record Link(long link, byte[] hash) {}

  private final Database database;

  LedgerChain(Databases databases, Jobs jobs) {
    this.database = databases.module("payment");
    jobs.every(Duration.ofSeconds(1), "link-ledger", database, this::linkAll);
  }

  private void linkAll(JdbcClient jdbc) {
    while (linkSome(jdbc) == BATCH_MAX) {
      Thread.onSpinWait();
    }
  }

  private int linkSome(JdbcClient jdbc) {
    Link last = last(jdbc);
    List<Unlinked> entries =
        jdbc.sql(
                """
                -- every shard
                SELECT e.shard, e.entry_id, e.xid::text AS xid, %s AS content
                  FROM ledger_entry e
                 WHERE e.xid < pg_snapshot_xmin(pg_current_snapshot())
                   AND (e.xid, e.entry_id) > (SELECT coalesce(max(c.xid), '0'), coalesce(max(c.entry_id), 0)
                                                FROM (SELECT xid, entry_id FROM ledger_chain
                                                       ORDER BY link DESC LIMIT 1) c)
                 ORDER BY e.xid, e.entry_id
                 LIMIT :limit
                """
                    .formatted(CONTENT))
            .param("limit", BATCH_MAX)
            .query(Unlinked.class)
            .list();
    if (entries.isEmpty()) {
      return 0;
    }
    List<byte[]> hashes = new ArrayList<>();
    byte[] hash = last.hash();
    for (Unlinked entry : entries) {
      hash = hash(hash, entry.content());
      hashes.add(hash);
    }
    jdbc.sql(
            """
            INSERT INTO ledger_chain (link, shard, entry_id, xid, hash)
            SELECT :last + n, shard, entry_id, xid::xid8, decode(hash, 'hex')
              FROM unnest(:shards, :entryIds, :xids, :hashes) WITH ORDINALITY AS t(shard, entry_id, xid, hash, n)
            """)
        .param("last", last.link())
        .param("shards", entries.stream().map(Unlinked::shard).toArray(Integer[]::new))
        .param("entryIds", entries.stream().map(Unlinked::entryId).toArray(Long[]::new))
        .param("xids", entries.stream().map(Unlinked::xid).toArray(String[]::new))
        .param("hashes", hashes.stream().map(HexFormat.of()::formatHex).toArray(String[]::new))
        .update();
    return entries.size();
  }

  private static Link last(JdbcClient jdbc) {
    return jdbc.sql(
            """
            -- every shard: one chain for each database
            SELECT link, hash FROM ledger_chain ORDER BY link DESC LIMIT 1
            """)
        .query((row, n) -> new Link(row.getLong("link"), row.getBytes("hash")))
        .optional()
        .orElse(new Link(0, FIRST));
  }

  private static byte[] hash(byte[] before, String content) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(before);
      return sha256.digest(content.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  @Bean
  Book ledgerChained() {
    return Book.of(
        "ledger-chain",
        "Every ledger entry is linked into the hash chain, in order, and none was changed, removed or slipped in.",
        () -> database.each(LedgerChain::broken).stream().flatMap(List::stream).toList());
  }

  private static List<String> broken(JdbcClient jdbc) {
    record Linked(long link, int shard, long entryId, String content, byte[] hash) {}
    List<String> violations = new ArrayList<>(unlinked(jdbc));
    byte[] before = FIRST;
    long link = 0;
    while (violations.size() < Book.VIOLATIONS_MAX) {
      List<Linked> links =
          jdbc.sql(
                  """
                  -- every shard
                  SELECT c.link, c.shard, c.entry_id,
                         CASE WHEN e.entry_id IS NULL THEN '' ELSE %s END AS content, c.hash
                    FROM ledger_chain c
                    LEFT JOIN ledger_entry e ON e.shard = c.shard AND e.entry_id = c.entry_id
                   WHERE c.link > :link
                   ORDER BY c.link
                   LIMIT :limit
                  """
                      .formatted(CONTENT))
              .param("link", link)
              .param("limit", BATCH_MAX)
              .query((row, n) ->
                  new Linked(
                      row.getLong("link"),
                      row.getInt("shard"),
                      row.getLong("entry_id"),
                      row.getString("content"),
                      row.getBytes("hash")))
              .list();
      if (links.isEmpty()) {
        break;
      }
      for (Linked next : links) {
        if (next.link() != link + 1) {
          violations.add("links %d to %d are missing".formatted(link + 1, next.link() - 1));
        } else if (!MessageDigest.isEqual(hash(before, next.content()), next.hash())) {
          violations.add(
              "link %d: entry %d is not what it was".formatted(next.link(), next.entryId()));
        }
        before = next.hash();
        link = next.link();
      }
    }
    return violations.subList(0, Math.min(violations.size(), Book.VIOLATIONS_MAX));
  }

  private static List<String> unlinked(JdbcClient jdbc) {
    return jdbc.sql(
            """
            -- every shard
            SELECT format('entry %s of %s is not linked', e.entry_id, e.at)
              FROM ledger_entry e
             WHERE e.at < now() - interval '1 minute'
               AND NOT EXISTS (SELECT 1 FROM ledger_chain c WHERE c.entry_id = e.entry_id AND c.shard = e.shard)
             LIMIT :limit
            """)
        .param("limit", Book.VIOLATIONS_MAX)
        .query(String.class)
        .list();
  }
}
