package banyan.business.intake;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far the import of a file has come, kept so that a crash costs one piece of work and changes
 * no count.
 */
@Component
class ImportMarks {
  private static final long HOME = 0;

  private final Database database;
  private final JsonMapper json;

  ImportMarks(Databases databases, JsonMapper json) {
    this.database = databases.module("intake");
    this.json = json;
  }

  /**
   * @param done units of work, in the order of the file
   */
  record Mark(long done, List<Imports.Count> counts) {}

  Optional<Mark> find(String digest) {
    return database.fresh(
        HOME,
        jdbc ->
            jdbc.sql("SELECT done, tally::text AS tally FROM intake_import WHERE digest = :digest")
                .param("digest", digest)
                .query((row, n) ->
                    new Mark(
                        row.getLong("done"),
                        json.readValue(
                            row.getString("tally"), new TypeReference<List<Imports.Count>>() {})))
                .optional());
  }

  /** The order that each invoice became. */
  Map<String, Long> orders(String digest) {
    Map<String, Long> orders = new ConcurrentHashMap<>();
    database.fresh(
        HOME,
        jdbc -> {
          jdbc.sql(
                  "SELECT invoice, order_id FROM intake_order WHERE digest = :digest LIMIT 10000000")
              .param("digest", digest)
              .query(row -> {
                orders.put(row.getString("invoice"), row.getLong("order_id"));
              });
          return true;
        });
    return orders;
  }

  void keep(String digest, String format, Mark mark, Map<String, Long> newOrders) {
    database.change(
        HOME,
        jdbc -> {
          jdbc.sql(
                  """
                  INSERT INTO intake_order (digest, invoice, order_id)
                  SELECT :digest, invoice, order_id FROM unnest(:invoices, :orderIds) AS t(invoice, order_id)
                  ON CONFLICT DO NOTHING
                  """)
              .param("digest", digest)
              .param("invoices", newOrders.keySet().toArray(String[]::new))
              .param("orderIds", newOrders.values().toArray(Long[]::new))
              .update();
          jdbc.sql(
                  """
                  INSERT INTO intake_import (digest, format, done, tally)
                  VALUES (:digest, :format, :done, :tally::jsonb)
                  ON CONFLICT (digest) DO UPDATE SET done = excluded.done, tally = excluded.tally, at = now()
                  """)
              .param("digest", digest)
              .param("format", format)
              .param("done", mark.done())
              .param("tally", json.writeValueAsString(mark.counts()))
              .update();
        });
  }
}
