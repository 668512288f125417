package banyan.bench;

import banyan.bench.Crowd.Errand;
import banyan.bench.Crowd.Lap;
import banyan.bench.Finding.Load;
import banyan.bench.Finding.Patience;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** W1 to W8 and W11 on running marketplaces. */
final class Workloads {
  private static final int CONNECTIONS = 32;
  private static final int IDLE = 15_000;
  private static final int RUSH_UNITS = 1_000;
  private static final int RUSH_BUYERS = 20_000;
  private static final long FAR = 1_000_000_000;

  private final Path root;
  private final Market small;
  private final Shelves<Market.Product> shelves;
  private final Patience patience;
  private final Pgbench pgbench;

  /** Orders a second of W5, once it is known. */
  private double capacity;

  Workloads(Path root, Market small, Patience patience) {
    this.root = root;
    this.small = small;
    this.shelves = new Shelves<>(small.products());
    this.patience = patience;
    this.pgbench = new Pgbench(small, CONNECTIONS);
    pgbench.prepare();
  }

  private String anySku() {
    return Shelves.anySku(shelves);
  }

  private static Crowd crowd(Market market, int connections, Supplier<Errand> errand) {
    return new Crowd(
        market.port(), connections, market.server(), market.database(), i -> errand.get());
  }

  private static Load loop(Market market, Supplier<Errand> errand) {
    return crowd(market, CONNECTIONS, errand);
  }

  private Load sql(List<String> scripts, Map<String, Long> variables) {
    return duration -> pgbench.run(scripts, variables, duration);
  }

  Finding products() {
    int bytes = size(small, Errands.product(shelves.popular()));
    try (Limit limit = Limit.start(root, small, bytes, 1)) {
      return Finding.against(
          "W1",
          "product by slug, Zipf 1.0",
          "bare Tomcat",
          0.70,
          patience,
          loop(small, () -> Errands.ask(() -> Errands.product(shelves.popular()))),
          limit.crowd("/bytes", CONNECTIONS));
    }
  }

  Finding productsOfMany(Market large) {
    Shelves<Market.Product> many = new Shelves<>(large.products());
    int bytes = size(large, Errands.product(many.any()));
    large.sql(
        "DROP SCHEMA IF EXISTS bench CASCADE",
        "CREATE SCHEMA bench",
        """
        CREATE TABLE bench.page AS
        SELECT g::bigint AS id, repeat('x', %d) AS bytes FROM generate_series(0, %d) g
        """
            .formatted(bytes, large.products().size() - 1),
        "ALTER TABLE bench.page ADD PRIMARY KEY (id)",
        "VACUUM ANALYZE bench.page");
    try (Limit limit = Limit.start(root, large, bytes, large.products().size())) {
      return Finding.against(
          "W2",
          "product by slug, uniform on L",
          "Tomcat + SELECT",
          0.60,
          patience,
          loop(large, () -> Errands.ask(() -> Errands.product(many.any()))),
          limit.crowd("/row", CONNECTIONS));
    }
  }

  /** Beside the same SQL nothing of it may be kept. */
  Finding search() {
    small.restart(Map.of("BANYAN_ENGINES_SEARCHKEPT", "0s"));
    try {
      List<String> scripts =
          Stream.generate(Market::words)
              .limit(16)
              .map(words -> Pgbench.capture(small, () -> size(small, Errands.search(words))))
              .toList();
      Pgbench there = new Pgbench(small, CONNECTIONS);
      return Finding.against(
          "W3",
          "search, 20 hits with price and stock",
          "pgbench, same SQL",
          0.5,
          patience,
          loop(small, () -> Errands.ask(Errands::search)),
          duration -> there.run(scripts, Map.of(), duration));
    } finally {
      small.restart();
    }
  }

  /**
   * W3's other half: how much slower a hundred times as many products are, as the shop is: of two
   * hundred searches that are asked again and again it keeps the answers for a while.
   */
  Finding searchOfMany(Market large) {
    Load many = loop(large, () -> Errands.ask(Errands::search));
    Load few = loop(small, () -> Errands.ask(Errands::search));
    return Finding.against("W3L", "search on L beside S", "S", 0.333, patience, many, few);
  }

  Finding carts() {
    return Finding.against(
        "W4",
        "add a line, a new cart every 5",
        "pgbench upsert",
        0.5,
        patience,
        loop(small, () -> Errands.fill(this::anySku)),
        sql(List.of(Pgbench.UPSERT), Map.of()));
  }

  Finding orders() {
    Finding found =
        Finding.against(
            "W5",
            "empty cart to paid order",
            "pgbench, 4 statements",
            1.0,
            patience,
            loop(small, () -> Errands.buy(this::anySku)),
            sql(List.of(Pgbench.ORDER), Map.of("lo", 1L, "hi", 10_000L)));
    capacity = ((Number) found.more().getOrDefault("ours per second", 0)).doubleValue();
    return found;
  }

  Finding ordersInOneStatement() {
    return Finding.against(
        "W5s",
        "the same, stretch",
        "pgbench, 1 statement",
        1.0,
        patience,
        loop(small, () -> Errands.buy(this::anySku)),
        sql(List.of(Pgbench.ORDER_IN_ONE), Map.of("lo", 1L, "hi", 10_000L)));
  }

  Finding hotOrders() {
    String hot = hot((int) FAR / 1000).skuIds().getFirst();
    return Finding.against(
        "W6a",
        "W5 with every buyer on one SKU",
        "pgbench, 1 hot row",
        10,
        patience,
        loop(small, () -> Errands.buy(() -> hot)),
        sql(List.of(Pgbench.ORDER), Map.of("lo", 1L, "hi", 1L)));
  }

  Finding hotBesideRandom() {
    String hot = hot((int) FAR / 1000).skuIds().getFirst();
    return Finding.against(
        "W6h",
        "one SKU beside random ones",
        "random SKUs",
        0.8,
        patience,
        loop(small, () -> Errands.buy(() -> hot)),
        loop(small, () -> Errands.buy(this::anySku)));
  }

  private Market.Product hot(int units) {
    return small.add("hot" + Long.toString(System.nanoTime(), 36), units);
  }

  /** 20,000 buyers after 1,000 units: exactly 1,000 are sold. */
  Finding rush() {
    String hot = hot(RUSH_UNITS).skuIds().getFirst();
    AtomicLong sold = new AtomicLong();
    AtomicLong left = new AtomicLong(RUSH_BUYERS);
    List<Thread> buyers = new ArrayList<>();
    List<RuntimeException> faults = java.util.Collections.synchronizedList(new ArrayList<>());
    long begin = System.nanoTime();
    for (int i = 0; i < CONNECTIONS; i++) {
      buyers.add(
          Thread.ofPlatform()
              .start(() -> {
                try (Wire wire = new Wire(small.port())) {
                  Errand grab = Errands.grab(hot, sold);
                  while (left.getAndDecrement() > 0) {
                    grab.once(wire);
                  }
                } catch (RuntimeException fault) {
                  faults.add(fault);
                }
              }));
    }
    buyers.forEach(Workloads::join);
    if (!faults.isEmpty()) {
      throw new BenchFailed("a buyer was not answered: " + faults.getFirst());
    }
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("buyers", RUSH_BUYERS);
    more.put("seconds", Finding.rounded((System.nanoTime() - begin) / 1e9));
    return Finding.number(
        "W6b",
        "units sold of 1,000 to 20,000 buyers",
        "exactly 1,000",
        sold.get(),
        sold.get() == RUSH_UNITS,
        more);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BenchFailed("interrupted");
    }
  }

  Finding history() {
    List<String> guests = new ArrayList<>();
    try (Wire wire = new Wire(small.port())) {
      for (int buyer = 0; buyer < 50; buyer++) {
        Errands.must(200, wire.send(Requests.get("/api/cart")), wire);
        String guest = String.valueOf(wire.guest());
        for (int order = 0; order < 12; order++) {
          Errands.must(201, wire.send(Requests.buyOne(guest, anySku())), wire);
        }
        guests.add(guest);
      }
    }
    List<String> scripts =
        guests.subList(0, 8).stream()
            .map(guest ->
                Pgbench.capture(
                    small, () -> size(small, Requests.get("/api/orders?limit=10", guest))))
            .toList();
    return Finding.against(
        "W7",
        "last 10 orders of a buyer",
        "pgbench, same SQL",
        0.5,
        patience,
        loop(
            small,
            () ->
                Errands.ask(() ->
                    Requests.get(
                        "/api/orders?limit=10",
                        guests.get(ThreadLocalRandom.current().nextInt(guests.size()))))),
        sql(scripts, Map.of()));
  }

  /** Idle connections beside live ones; what the live ones feel of them. */
  Finding idle() {
    Crowd live = crowd(small, CONNECTIONS, () -> Errands.ask(() -> Errands.product(shelves.any())));
    live.warm(patience.warm());
    double without = Finding.percentile(live.run(patience.lap()), 99);
    List<Wire> idle = new ArrayList<>();
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < IDLE; i++) {
        Wire wire = new Wire(small.port());
        held.add(wire.open());
        idle.add(wire);
      }
      double with = Finding.percentile(live.run(patience.lap()), 99);
      long open = 0;
      for (int i = 0; i < IDLE; i += IDLE / 100) {
        // one that was dropped would have to connect again, and its socket would be another
        Errands.must(200, idle.get(i).send(Requests.get("/api/categories")), idle.get(i));
        open += held.get(i).isClosed() ? 0 : 1;
      }
      Map<String, Object> more = new LinkedHashMap<>();
      more.put("held", IDLE);
      more.put("of 100 asked, still open", open);
      more.put("p99 ms without", Finding.rounded(without));
      more.put("p99 ms with", Finding.rounded(with));
      more.put("MiB of the server", small.server().residentMiB());
      return Finding.number(
          "W8",
          "p99 beside 15,000 idle connections",
          "≤ 2 × without them",
          with / without,
          with <= 2 * without && open == 100,
          more);
    } catch (IOException e) {
      throw new BenchFailed("not so many connections can be held: " + e.getMessage());
    } finally {
      idle.forEach(Wire::close);
      live.close();
    }
  }

  Finding memory() {
    long resident = small.server().residentMiB();
    return Finding.number(
        "W10", "MiB resident after the workloads", "≤ 400", resident, resident <= 400, Map.of());
  }

  /** Orders arriving at half of what W5 could do, whether or not the ones before are answered. */
  Finding halfLoad() {
    Crowd buyers = crowd(small, 2 * CONNECTIONS, () -> Errands.buy(this::anySku));
    if (capacity == 0) {
      buyers.warm(patience.warm());
      capacity = buyers.run(patience.lap()).rate();
    }
    buyers.run(patience.warm(), capacity / 2);
    Lap lap = buyers.run(patience.lap().multipliedBy(4), capacity / 2);
    double p50 = Finding.percentile(lap, 50);
    double p99 = Finding.percentile(lap, 99);
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("orders per second", Math.round(lap.rate()));
    more.put("p50 ms", Finding.rounded(p50));
    more.put("p99 / p50", Finding.rounded(p99 / p50));
    return Finding.number(
        "W11",
        "p99 ms of W5 at half of its capacity",
        "< 20 and ≤ 5 × p50",
        p99,
        p99 < 20 && p99 <= 5 * p50,
        more);
  }

  private static int size(Market market, byte[] request) {
    try (Wire wire = new Wire(market.port())) {
      Errands.must(200, wire.send(request), wire);
      return wire.bodyLength();
    }
  }
}
