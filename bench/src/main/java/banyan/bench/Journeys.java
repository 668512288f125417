package banyan.bench;

import banyan.bench.Crowd.Errand;
import banyan.bench.Finding.Patience;
import banyan.bench.Shop.Place;
import banyan.bench.Shop.Sku;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/** The same journeys at the marketplace and at one peer, in turn. */
final class Journeys {
  private static final int CONNECTIONS = 32;
  private static final int RUSH_UNITS = 20;
  private static final int RUSH_BUYERS = 120;
  private static final int MEMBERS = 3;
  private static final int STARTS = 3;

  private final Market market;
  private final Side ours;
  private final Side peer;
  private final Patience patience;

  Journeys(Market market, Side ours, Side peer, Patience patience) {
    this.market = market;
    this.ours = ours;
    this.peer = peer;
    this.patience = patience;
  }

  private Finding against(String name, String what, double least, Function<Side, Errand> errand) {
    return Finding.against(
        name,
        what,
        peer.shop().name(),
        least,
        patience,
        ours.crowd(CONNECTIONS, market.database(), () -> errand.apply(ours)),
        peer.crowd(CONNECTIONS, market.database(), () -> errand.apply(peer)));
  }

  Finding products() {
    return against("W1", "product by slug, Zipf 1.0", 300, Side::look);
  }

  Finding search() {
    return against("W3", "search, 20 hits with price and stock", 100, Side::search);
  }

  Finding carts() {
    return against("W4", "add a line, a new cart every 5", 25, Side::fill);
  }

  Finding orders() {
    return against("W5", "empty cart to paid order", 80, Side::buy);
  }

  Finding history() {
    Map<Side, List<String>> members = Map.of(ours, members(ours), peer, members(peer));
    return against(
        "W7",
        "last 10 orders of a buyer",
        50,
        side ->
            wire ->
                side.shop()
                    .lastTenOrders(
                        wire,
                        members
                            .getOrDefault(side, List.of())
                            .get(ThreadLocalRandom.current().nextInt(MEMBERS))));
  }

  private static List<String> members(Side side) {
    List<String> members = new ArrayList<>();
    try (Wire wire = side.shop().connect()) {
      for (int i = 0; i < MEMBERS; i++) {
        String name = "m" + i + Long.toString(System.nanoTime(), 36);
        String member = side.shop().member(wire, name);
        for (int order = 0; order < 10; order++) {
          side.shop().order(wire, member, side.anySku());
        }
        members.add(member);
      }
    }
    return members;
  }

  /** 120 buyers after 20 units: what each shop sells. */
  Finding rush(PeerServer server) {
    String name = "rush" + Long.toString(System.nanoTime(), 36);
    String our = market.add(name, RUSH_UNITS).skuIds().getFirst();
    server.seed(market.data().resolve(name + ".csv"));
    Sku theirs;
    try (Wire wire = peer.shop().connect()) {
      Place place = peer.shop().places(wire).get(name);
      if (place == null) {
        throw new BenchFailed(peer.shop().name() + " does not sell " + name);
      }
      theirs = new Sku(place.skuId(), 999);
    }
    int sold = rush(ours, new Sku(our, 999));
    Map<String, Object> more = new LinkedHashMap<>();
    more.put(peer.shop().name() + " sold", rush(peer, theirs));
    return Finding.number(
        "W6b", "units sold of 20 to 120 buyers", "exactly 20", sold, sold == RUSH_UNITS, more);
  }

  private static int rush(Side side, Sku sku) {
    try (ExecutorService buyers = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Future<Boolean>> wants = new ArrayList<>();
      for (int i = 0; i < RUSH_BUYERS; i++) {
        wants.add(
            buyers.submit(() -> {
              try (Wire wire = side.shop().connect()) {
                return side.grab(wire, sku);
              }
            }));
      }
      int sold = 0;
      for (Future<Boolean> want : wants) {
        sold += want.get() ? 1 : 0;
      }
      return sold;
    } catch (java.util.concurrent.ExecutionException fault) {
      throw new BenchFailed("a buyer was not answered as he must be: " + fault.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BenchFailed("interrupted");
    }
  }

  /**
   * W9: processor time from nothing to the first right answer, beside the database's.
   *
   * @param ourStart the marketplace's own
   */
  Finding start(PeerServer server, double ourStart) {
    List<Double> theirs = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      server.restart();
      try (Wire wire = peer.shop().connect()) {
        peer.shop().product(wire, peer.first());
      }
      theirs.add(server.own().seconds());
    }
    double limit = Finding.median(theirs.stream());
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("ours, seconds", Finding.rounded(ourStart));
    more.put(peer.shop().name() + ", seconds", Finding.rounded(limit));
    return Finding.number(
        "W9",
        "processor time from start to first answer, of " + peer.shop().name() + "'s",
        "≤ 0.7 of it",
        ourStart / limit,
        ourStart <= 0.7 * limit,
        more);
  }
}
