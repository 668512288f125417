package banyan.business.pricing;

import banyan.platform.data.Database;
import banyan.platform.data.Shared;
import banyan.platform.ids.Ids;
import banyan.platform.money.UnitPrice;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of {@code price}. */
final class Prices {
  private final Database database;
  private final Shared<Collection<Long>, Map<Long, UnitPrice>> asked;

  Prices(Database database) {
    this.database = database;
    this.asked = database.sharedRead("prices", Prices::read);
  }

  void set(long sellerId, Map<Long, UnitPrice> prices) {
    int shard = Ids.shardOf(sellerId);
    if (prices.keySet().stream().anyMatch(skuId -> Ids.shardOf(skuId) != shard)) {
      throw new IllegalArgumentException("not all SKUs are of the family of seller " + sellerId);
    }
    if (prices.isEmpty()) {
      return;
    }
    List<Long> skuIds = prices.keySet().stream().sorted().toList();
    database.change(
        sellerId,
        jdbc ->
            jdbc.sql(
                    """
                    INSERT INTO price AS p (shard, sku_id, seller_id, e4, currency)
                    SELECT :shard, n.sku_id, :sellerId, n.e4, n.currency
                      FROM unnest(:skuIds, :e4s, :currencies) AS n (sku_id, e4, currency)
                    ON CONFLICT (shard, sku_id) DO UPDATE
                       SET e4 = excluded.e4, currency = excluded.currency, changed_at = now()
                     WHERE p.seller_id = excluded.seller_id
                       AND (p.e4, p.currency) IS DISTINCT FROM (excluded.e4, excluded.currency)
                    """)
                .param("shard", shard)
                .param("sellerId", sellerId)
                .param("skuIds", skuIds.toArray(Long[]::new))
                .param("e4s", skuIds.stream().map(id -> of(prices, id).e4()).toArray(Long[]::new))
                .param(
                    "currencies",
                    skuIds.stream().map(id -> of(prices, id).currency()).toArray(String[]::new))
                .update());
  }

  private static UnitPrice of(Map<Long, UnitPrice> prices, long skuId) {
    return java.util.Objects.requireNonNull(prices.get(skuId));
  }

  Map<Long, UnitPrice> find(Collection<Long> skuIds) {
    Map<Long, UnitPrice> found = new HashMap<>();
    skuIds.stream()
        .distinct()
        .collect(Collectors.groupingBy(database::nodeNumber))
        .values()
        .forEach(together -> found.putAll(asked.take(together.getFirst(), together)));
    return found;
  }

  private static List<Map<Long, UnitPrice>> read(JdbcClient jdbc, List<Collection<Long>> asked) {
    Long[] skuIds = asked.stream().flatMap(Collection::stream).distinct().toArray(Long[]::new);
    Map<Long, UnitPrice> found = new HashMap<>();
    jdbc.sql(
            """
            SELECT sku_id, e4, currency
              FROM price
             WHERE shard = ANY(:shards) AND sku_id = ANY(:skuIds)
             LIMIT :limit
            """)
        .param("shards", Arrays.stream(skuIds).map(Ids::shardOf).distinct().toArray(Integer[]::new))
        .param("skuIds", skuIds)
        .param("limit", skuIds.length)
        .query(row -> {
          found.put(row.getLong(1), new UnitPrice(row.getLong(2), row.getString(3)));
        });
    return Shared.each(asked, found);
  }
}
