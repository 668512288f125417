package banyan.platform.data;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows that remember what was done for a key, so that a repeat does nothing. */
record Intents(String module) {
  /**
   * Does the work unless its key is there; inside the transaction of the change.
   *
   * @param fingerprint of the request, whose repeat has the same
   * @throws KeyReused when the key is there for another request
   */
  String once(
      JdbcClient jdbc,
      int shard,
      Intent intent,
      String fingerprint,
      Function<JdbcClient, String> work) {
    int first =
        jdbc.sql(
                """
                INSERT INTO %s_intent (shard, scope, key, fingerprint)
                VALUES (:shard, :scope, :key, sha256(convert_to(:request, 'UTF8')))
                ON CONFLICT DO NOTHING
                """
                    .formatted(module))
            .param("shard", shard)
            .param("scope", intent.scope())
            .param("key", intent.key())
            .param("request", fingerprint)
            .update();
    return first == 1
        ? doAndKeep(jdbc, shard, intent, work)
        : recall(jdbc, shard, intent, fingerprint);
  }

  private String doAndKeep(
      JdbcClient jdbc, int shard, Intent intent, Function<JdbcClient, String> work) {
    String result = work.apply(jdbc);
    jdbc.sql(
            """
            UPDATE %s_intent SET result = :result
             WHERE shard = :shard AND scope = :scope AND key = :key
            """
                .formatted(module))
        .param("result", result)
        .param("shard", shard)
        .param("scope", intent.scope())
        .param("key", intent.key())
        .update();
    return result;
  }

  private String recall(JdbcClient jdbc, int shard, Intent intent, String fingerprint) {
    record Kept(@Nullable String result, boolean same) {}
    Kept kept =
        jdbc.sql(
                """
                SELECT result, fingerprint = sha256(convert_to(:request, 'UTF8')) AS same
                  FROM %s_intent
                 WHERE shard = :shard AND scope = :scope AND key = :key
                """
                    .formatted(module))
            .param("request", fingerprint)
            .param("shard", shard)
            .param("scope", intent.scope())
            .param("key", intent.key())
            .query(Kept.class)
            .single();
    if (!kept.same()) {
      throw new KeyReused(intent.key());
    }
    return Objects.requireNonNull(kept.result());
  }
}
