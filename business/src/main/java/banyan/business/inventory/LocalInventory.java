package banyan.business.inventory;

import banyan.business.inventory.StockRows.Place;
import banyan.business.inventory.StockRows.Take;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Shared;
import banyan.platform.ids.Ids;
import banyan.platform.jobs.Jobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Stock in rows that the database referees: every change locks the rows of its SKUs in one order
 * for everybody, looks at what is free, and writes; CHECK constraints stand behind it.
 */
@Service
class LocalInventory implements Inventory {
  /** Reservations one sweep frees; a larger backlog takes several sweeps. */
  private static final int SWEEP_MAX = 500;

  private final Database database;
  private final Shared<Wish, Reservation> holds;
  private final Shared<Collection<Long>, Map<Long, Stock>> counts;

  LocalInventory(Databases databases, Jobs jobs) {
    this.database = databases.module("inventory");
    this.holds = database.shared("holds", this::hold);
    this.counts = database.sharedRead("counts", LocalInventory::count);
    jobs.every(Duration.ofSeconds(2), "expire-reservations", database, this::expire);
  }

  @Override
  public Stock receive(String cause, long skuId, String location, int quantity) {
    Line line = new Line(skuId, quantity);
    database.change(skuId, jdbc -> add(jdbc, skuId, "received", cause, location, List.of(line)));
    return stock(List.of(skuId)).getOrDefault(skuId, new Stock(0, 0));
  }

  @Override
  public void receiveAll(String cause, long sellerId, List<Line> lines) {
    List<Line> bySku = summed(lines);
    if (!bySku.isEmpty()) {
      database.change(sellerId, jdbc -> add(jdbc, sellerId, "received", cause, MAIN, bySku));
    }
  }

  @Override
  public void takeBack(String cause, long reservationId, long sellerId, List<Line> lines) {
    database.change(
        sellerId,
        jdbc -> add(jdbc, sellerId, "returned", reservationId + ":" + cause, MAIN, summed(lines)));
  }

  private void add(
      JdbcClient jdbc,
      long shardKey,
      String kind,
      String cause,
      String location,
      List<Line> lines) {
    StockRows rows = new StockRows(jdbc, shardKey);
    Map<Long, Long> before = free(rows.lock(lines.stream().map(Line::skuId).toList(), ""));
    List<Long> changed = rows.add(kind, cause, location, lines);
    if (!location.startsWith("flash-")) {
      changed.stream()
          .filter(skuId -> before.getOrDefault(skuId, 0L) == 0)
          .forEach(skuId -> database.publish(new StockChanged(skuId, true)));
    }
  }

  @Override
  public int writeOff(String cause, long skuId, int quantity, String reason) {
    return database.write(
        skuId,
        jdbc -> {
          StockRows rows = new StockRows(jdbc, skuId);
          List<Place> places = rows.lock(List.of(skuId), MAIN);
          long known = rows.moved("written_off", cause, skuId);
          if (known > 0) {
            return Math.toIntExact(known);
          }
          int possible = (int) Math.min(quantity, free(places).getOrDefault(skuId, 0L));
          if (possible > 0) {
            rows.remove("written_off", cause, MAIN, new Line(skuId, possible), reason);
            tellSoldOut(places, List.of(new Take(skuId, MAIN, possible)));
          }
          return possible;
        });
  }

  @Override
  public Reservation reserve(
      long reservationId, long sellerId, List<Line> lines, String location, Duration ttl) {
    return holds.take(
        sellerId, new Wish(reservationId, sellerId, summed(lines), location, ttl.toMillis()));
  }

  /** Goods that an order asks for. */
  private record Wish(
      long reservationId, long sellerId, List<Line> lines, String location, long ttlMillis) {}

  /**
   * Holds the goods of several orders: the places of all their SKUs are locked by one statement,
   * handed out in the order of the wishes, and written by another. So many buyers of one SKU cost
   * its row one change.
   */
  private List<Reservation> hold(JdbcClient jdbc, List<Wish> wishes) {
    List<Place> places =
        StockRows.lockAll(
            jdbc,
            wishes.stream()
                .flatMap(wish -> wish.lines().stream())
                .map(Line::skuId)
                .distinct()
                .toList());
    Set<Long> held =
        StockRows.held(
            jdbc,
            wishes.stream()
                .collect(
                    Collectors.toMap(
                        Wish::reservationId, wish -> Ids.shardOf(wish.sellerId()), (a, b) -> a)));
    Map<Long, List<Place>> bySku =
        places.stream().collect(Collectors.groupingBy(Place::skuId, Collectors.toList()));
    List<StockRows.Hold> holds = new ArrayList<>();
    List<Reservation> outcomes = new ArrayList<>();
    for (Wish wish : wishes) {
      outcomes.add(
          held.contains(wish.reservationId())
              ? new Held(wish.reservationId())
              : decide(wish, bySku, holds, held));
    }
    StockRows.hold(jdbc, holds);
    tellSoldOut(places, holds.stream().map(StockRows.Hold::take).toList());
    return outcomes;
  }

  private static Reservation decide(
      Wish wish, Map<Long, List<Place>> bySku, List<StockRows.Hold> holds, Set<Long> held) {
    List<Take> takes = new ArrayList<>();
    for (Line line : wish.lines()) {
      List<Place> places =
          bySku.getOrDefault(line.skuId(), List.of()).stream()
              .filter(place -> place.serves(wish.location()))
              .toList();
      long missing = spread(line, places, takes);
      if (missing > 0) {
        return new OutOfStock(line.skuId(), line.quantity() - missing);
      }
    }
    for (Take take : takes) {
      bySku.computeIfPresent(
          take.skuId(),
          (sku, places) -> places.stream().map(place -> place.without(take)).toList());
      holds.add(new StockRows.Hold(wish.reservationId(), take, wish.ttlMillis()));
    }
    held.add(wish.reservationId());
    return new Held(wish.reservationId());
  }

  /**
   * Takes a line from the places in the order of their names; returns the units that are missing.
   */
  private static long spread(Line line, List<Place> places, List<Take> takes) {
    long missing = line.quantity();
    for (Place place : places) {
      if (place.skuId() == line.skuId() && place.free() > 0 && missing > 0) {
        long taken = Math.min(place.free(), missing);
        takes.add(new Take(line.skuId(), place.location(), Math.toIntExact(taken)));
        missing -= taken;
      }
    }
    return missing;
  }

  /** Goods of a flash sale are not counted: they were taken out of the ordinary stock before. */
  private void tellSoldOut(List<Place> before, List<Take> all) {
    Map<Long, Long> left = free(before.stream().filter(place -> place.serves("")).toList());
    List<Take> takes = all.stream().filter(Take::ordinary).toList();
    takes.forEach(
        take -> left.computeIfPresent(take.skuId(), (sku, free) -> free - take.quantity()));
    takes.stream()
        .map(Take::skuId)
        .distinct()
        .filter(skuId -> left.getOrDefault(skuId, 1L) == 0)
        .forEach(skuId -> database.publish(new StockChanged(skuId, false)));
  }

  @Override
  public List<Long> confirm(long sellerId, Collection<Long> reservationIds) {
    return database.write(
        sellerId,
        jdbc -> {
          StockRows rows = new StockRows(jdbc, sellerId);
          rows.lockPlacesOf(reservationIds);
          List<Long> gone = new ArrayList<>();
          rows.expired(reservationIds)
              .forEach((id, takes) -> {
                if (!holdAgain(rows, id, takes)) {
                  gone.add(id);
                }
              });
          rows.sell(reservationIds);
          return gone;
        });
  }

  /** The buyer paid late: the same goods from the same places, if they are still there. */
  private static boolean holdAgain(StockRows rows, long reservationId, List<Take> takes) {
    Map<String, Long> free =
        rows.lockPlacesOf(List.of(reservationId)).stream()
            .collect(
                Collectors.toMap(place -> place.skuId() + "@" + place.location(), Place::free));
    boolean there =
        takes.stream()
            .allMatch(take ->
                free.getOrDefault(take.skuId() + "@" + take.location(), 0L) >= take.quantity());
    if (there) {
      rows.hold(
          takes.stream()
              .map(
                  take -> new StockRows.Hold(reservationId, take, Duration.ofMinutes(1).toMillis()))
              .toList());
    }
    return there;
  }

  @Override
  public void release(long sellerId, Collection<Long> reservationIds) {
    database.change(sellerId, jdbc -> free(jdbc, sellerId, reservationIds, "RELEASED"));
  }

  private void free(JdbcClient jdbc, long shardKey, Collection<Long> reservationIds, String state) {
    StockRows rows = new StockRows(jdbc, shardKey);
    List<Place> before = rows.lockPlacesOf(reservationIds);
    if (rows.free(reservationIds, state) > 0) {
      Map<Long, Long> wasFree =
          free(rows.lock(before.stream().map(Place::skuId).distinct().toList(), ""));
      before.stream()
          .filter(place -> place.free() == 0 && wasFree.getOrDefault(place.skuId(), 0L) > 0)
          .map(Place::skuId)
          .distinct()
          .forEach(skuId -> database.publish(new StockChanged(skuId, true)));
    }
  }

  /** Frees what nobody confirmed in time. */
  private void expire(JdbcClient all) {
    record Due(int shard, long reservationId) {}
    List<Due> due =
        all.sql(
                """
                -- every shard
                SELECT DISTINCT shard, reservation_id
                  FROM reservation
                 WHERE state = 'HELD' AND expires_at < now()
                 LIMIT :limit
                """)
            .param("limit", SWEEP_MAX)
            .query(Due.class)
            .list();
    due.stream()
        .collect(Collectors.groupingBy(Due::shard, LinkedHashMap::new, Collectors.toList()))
        .forEach((shard, part) ->
            database.change(
                shard,
                jdbc ->
                    free(jdbc, shard, part.stream().map(Due::reservationId).toList(), "EXPIRED")));
  }

  @Override
  public Map<Long, Stock> stock(Collection<Long> skuIds) {
    Map<Long, Stock> stock = new LinkedHashMap<>();
    byNode(skuIds).forEach(part -> stock.putAll(counts.take(part.getFirst(), part)));
    return stock;
  }

  private static List<Map<Long, Stock>> count(JdbcClient jdbc, List<Collection<Long>> asked) {
    record Row(long skuId, long onHand, long reserved) {}
    List<Long> skuIds = asked.stream().flatMap(Collection::stream).distinct().toList();
    Map<Long, Stock> stock =
        jdbc
            .sql(
                """
                SELECT sku_id, sum(on_hand)::bigint AS on_hand, sum(reserved)::bigint AS reserved
                  FROM stock
                 WHERE shard = ANY(:shards) AND sku_id = ANY(:skuIds)
                   AND location NOT LIKE 'flash-%'
                 GROUP BY sku_id
                """)
            .param("shards", shardsOf(skuIds))
            .param("skuIds", skuIds.toArray(Long[]::new))
            .query((row, n) -> new Row(row.getLong(1), row.getLong(2), row.getLong(3)))
            .list()
            .stream()
            .collect(Collectors.toMap(Row::skuId, row -> new Stock(row.onHand(), row.reserved())));
    return Shared.each(asked, stock);
  }

  @Override
  public int move(String cause, long skuId, String from, String to, int quantity) {
    return database.write(
        skuId,
        jdbc -> {
          StockRows rows = new StockRows(jdbc, skuId);
          List<Place> places = new ArrayList<>(rows.lock(List.of(skuId), from));
          long known = rows.moved("moved_out", cause, skuId);
          if (known > 0) {
            return Math.toIntExact(known);
          }
          int possible = (int) Math.min(quantity, free(places).getOrDefault(skuId, 0L));
          if (possible > 0) {
            List<Line> line = List.of(new Line(skuId, possible));
            rows.remove("moved_out", cause, from, line.getFirst(), "");
            add(jdbc, skuId, "moved_in", cause, to, line);
            tellSoldOut(places, List.of(new Take(skuId, from, possible)));
          }
          return possible;
        });
  }

  @Override
  public long availableAt(long skuId, String location) {
    return database.fresh(
        skuId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT coalesce(sum(on_hand - reserved), 0)
                      FROM stock
                     WHERE shard = :shard AND sku_id = :skuId AND location = :location
                    """)
                .param("shard", Ids.shardOf(skuId))
                .param("skuId", skuId)
                .param("location", location)
                .query(Long.class)
                .single());
  }

  private Collection<List<Long>> byNode(Collection<Long> skuIds) {
    return skuIds.stream().distinct().collect(Collectors.groupingBy(database::nodeNumber)).values();
  }

  private static Integer[] shardsOf(Collection<Long> ids) {
    return ids.stream().map(Ids::shardOf).distinct().toArray(Integer[]::new);
  }

  private static Map<Long, Long> free(List<Place> places) {
    return places.stream().collect(Collectors.toMap(Place::skuId, Place::free, Long::sum));
  }

  /** One line for each SKU, in the order of their ids. */
  private static List<Line> summed(List<Line> lines) {
    SortedMap<Long, Integer> quantities = new TreeMap<>(Comparator.naturalOrder());
    lines.forEach(line -> quantities.merge(line.skuId(), line.quantity(), Math::addExact));
    return quantities.entrySet().stream()
        .map(line -> new Line(line.getKey(), line.getValue()))
        .toList();
  }
}
