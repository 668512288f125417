package banyan.business.catalog;

import banyan.business.account.Accounts;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.web.Role;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The shops; a shop's id is its owner's account. */
@Component
class Shops {
  record Shop(long sellerId, String name, Instant openedAt) {}

  /** Names that are remembered. */
  private static final int REMEMBERED_MAX = 10_000;

  private final Database database;
  private final Accounts accounts;

  /** A shop never changes its name, so no copy of one is ever out of date. */
  private final Map<Long, String> remembered =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
              return size() > REMEMBERED_MAX;
            }
          });

  Shops(Databases databases, Accounts accounts) {
    this.database = databases.module("catalog");
    this.accounts = accounts;
  }

  /**
   * Opens the account's shop, or finds it. The role comes after the row, and a repeat gives it
   * again: a shop whose owner may not sell yet does no harm.
   */
  Shop open(long accountId, String name) {
    database.change(
        accountId,
        jdbc ->
            jdbc.sql(
                    """
                    INSERT INTO shop (shard, seller_id, name) VALUES (:shard, :seller, :name)
                        ON CONFLICT DO NOTHING
                    """)
                .param("shard", Ids.shardOf(accountId))
                .param("seller", accountId)
                .param("name", name)
                .update());
    accounts.grant(accountId, Role.SELLER);
    return find(accountId).orElseThrow();
  }

  Optional<Shop> find(long sellerId) {
    return database.fresh(
        sellerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT seller_id, name, opened_at FROM shop WHERE shard = :shard AND seller_id = :seller
                    """)
                .param("shard", Ids.shardOf(sellerId))
                .param("seller", sellerId)
                .query((row, number) ->
                    new Shop(
                        row.getLong("seller_id"),
                        row.getString("name"),
                        row.getTimestamp("opened_at").toInstant()))
                .optional());
  }

  Map<Long, String> names(Collection<Long> sellerIds) {
    Map<Long, String> names = new LinkedHashMap<>();
    Set<Long> strange = new LinkedHashSet<>();
    for (Long sellerId : sellerIds) {
      String name = remembered.get(sellerId);
      if (name == null) {
        strange.add(sellerId);
      } else {
        names.put(sellerId, name);
      }
    }
    for (Families.Family family : Families.of(database, strange)) {
      Map<Long, String> found = database.read(family.key(), jdbc -> names(jdbc, family));
      remembered.putAll(found);
      names.putAll(found);
    }
    return names;
  }

  private static Map<Long, String> names(JdbcClient jdbc, Families.Family family) {
    Map<Long, String> names = new LinkedHashMap<>();
    jdbc.sql(
            """
            SELECT seller_id, name FROM shop
             WHERE shard = ANY(:shards) AND seller_id = ANY(:ids)
             LIMIT 1000
            """)
        .param("shards", family.shards())
        .param("ids", family.ids())
        .query(row -> {
          names.put(row.getLong("seller_id"), row.getString("name"));
        });
    return names;
  }
}
