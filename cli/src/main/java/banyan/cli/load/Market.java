package banyan.cli.load;

import banyan.cli.load.Anomalies.Kind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The mix of the benchmark Online Marketplace: sessions of up to ten lines, price updates, products
 * that are replaced, dashboards and deliveries, all at once on the same goods. It remembers what it
 * was told and when, and holds every later answer against that.
 *
 * <p>A check never guesses: an answer is held only against what had been acknowledged before its
 * question was sent. What nobody acknowledged may have happened or not, at any time.
 */
final class Market {
  private static final int LINES_MAX = 10;
  private static final int UNITS_MAX = 10;

  /** Sellers whose oldest order one delivery moves on, as in the benchmark. */
  private static final int DELIVERIES = 10;

  private static final Set<String> NOTHING_DONE =
      Set.of("503 busy", "503 payment_unavailable", "503 checkout_paused");

  private static final int WARES_PER_SELLER = 10;

  private final Shop shop;
  private final Wire wire;
  private final Duration patience;
  private final boolean skewed;
  private final long units;
  private final List<Ware> wares = new CopyOnWriteArrayList<>();
  private final Map<String, Ware> bySku = new java.util.concurrent.ConcurrentHashMap<>();
  private final Queue<String> idle = new ConcurrentLinkedQueue<>();
  private final Queue<Parcel> parcels = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean unsure = new AtomicBoolean();
  private final Anomalies anomalies = new Anomalies();

  /** An order on its way: paid, then shipped, then received. */
  private record Parcel(String orderId, Ware.Seller seller, String guest, boolean shipped) {}

  /** What an act came to, and what to list it under when it was not good. */
  record Came(Tally.Kind kind, String code) {
    static final Came GOOD = new Came(Tally.Kind.GOOD, "");
  }

  /** A step that ends its act, for it was not answered well. */
  private static final class Ended extends RuntimeException {
    private final transient Came came;

    Ended(Came came) {
      super(came.code(), null, false, false);
      this.came = came;
    }
  }

  /**
   * Opens stalls: ten products each, each of one SKU.
   *
   * @param products in all
   * @param units of each
   * @param skewed whether few products are wanted by most
   */
  Market(
      Shop shop,
      Wire wire,
      List<String> guests,
      int products,
      int units,
      boolean skewed,
      Duration patience) {
    this.shop = shop;
    this.wire = wire;
    this.patience = patience;
    this.skewed = skewed;
    this.units = units;
    idle.addAll(guests);
    while (wares.size() < products) {
      Ware.Seller seller = shop.seller();
      for (int i = 0; i < WARES_PER_SELLER && wares.size() < products; i++) {
        offer(shop.ware(seller, wares.size(), units));
      }
    }
  }

  private void offer(Ware ware) {
    bySku.put(ware.skuId, ware);
    wares.add(ware);
  }

  Anomalies anomalies() {
    return anomalies;
  }

  private Ware any(RandomGenerator random) {
    if (!skewed) {
      return wares.get(random.nextInt(wares.size()));
    }
    double rank = Math.exp(random.nextDouble() * Math.log(wares.size() + 1.0));
    return wares.get(Math.min(wares.size() - 1, (int) rank - 1));
  }

  /** Does one act from its first request to its last. */
  Came perform(Mix.Act act, RandomGenerator random, @Nullable Journal journal) {
    try {
      switch (act) {
        case SESSION -> session(random, journal);
        case DASHBOARD -> dashboard(any(random).seller);
        case PRICE -> price(any(random), random);
        case REPLACE -> replace(random);
        case DELIVERY -> deliver();
        default -> throw new IllegalArgumentException("not an act of this mix: " + act);
      }
      return Came.GOOD;
    } catch (Ended ended) {
      return ended.came;
    }
  }

  private void session(RandomGenerator random, @Nullable Journal journal) {
    String guest = idle.poll();
    if (guest == null) {
      guest = shop.guest();
    }
    String[] who = {"Guest-Token", guest};
    try {
      Set<Ware> wanted = new LinkedHashSet<>();
      int lines = 1 + random.nextInt(LINES_MAX);
      for (int i = 0; i < lines; i++) {
        wanted.add(any(random));
      }
      for (Ware ware : wanted) {
        int quantity = 1 + random.nextInt(UNITS_MAX);
        Wire.Answer put =
            send("PUT", "/api/cart/lines/" + ware.skuId, Map.of("quantity", quantity), who);
        if (put.status() != 404) {
          // 404: replaced a moment ago
          good(put, 200);
        }
      }
      long asked = System.nanoTime();
      JsonNode cart = json(good(send("GET", "/api/cart", null, who), 200));
      for (JsonNode line : cart.path("lines")) {
        Ware ware = bySku.get(line.path("skuId").asString());
        long pence = line.at("/unitPrice/amount").asLong();
        if (ware != null && ware.outdated(pence, asked)) {
          anomalies.add(
              Kind.OLD_PRICE_IN_CART,
              "SKU %s at %d, newest %d".formatted(ware.skuId, pence, ware.newest()));
        }
      }
      if (!cart.path("lines").isEmpty()) {
        checkout(guest, who, journal);
      }
    } finally {
      leave(guest, who);
    }
  }

  private void checkout(String guest, String[] who, @Nullable Journal journal) {
    Map<String, Object> body = Map.of("address", Shopper.ADDRESS, "payment", Shopper.PAYMENT);
    List<String> headers = new ArrayList<>(List.of(who));
    headers.addAll(List.of("Idempotency-Key", UUID.randomUUID().toString()));
    long asked = System.nanoTime();
    Wire.Answer answer;
    try {
      answer = send("POST", "/api/checkouts", body, headers.toArray(String[]::new));
    } catch (Ended nobodyKnows) {
      unsure.set(true);
      throw nobodyKnows;
    }
    // all other faults may have come after the order was written
    if (answer.status() >= 500 && !NOTHING_DONE.contains(Run.codeOf(answer))) {
      unsure.set(true);
    }
    for (JsonNode order : json(good(answer, 201)).path("orders")) {
      sold(order, asked, guest);
      if (journal != null) {
        journal.add(
            new Journal.Acknowledged(
                order.path("id").asString(), order.at("/total/amount").asLong(), guest));
      }
    }
  }

  private void sold(JsonNode order, long asked, String guest) {
    long goods = 0;
    Ware.@Nullable Seller seller = null;
    String orderId = order.path("id").asString();
    for (JsonNode line : order.path("lines")) {
      Ware ware = bySku.get(line.path("skuId").asString());
      if (ware == null) {
        anomalies.add(Kind.CONSTRAINT_BROKEN, "order " + orderId + " sold what was never put in");
        continue;
      }
      seller = ware.seller;
      long pence = line.at("/unitPrice/amount").asLong();
      int quantity = line.path("quantity").asInt();
      goods += pence * quantity;
      ware.sold.addAndGet(quantity);
      if (ware.outdated(pence, asked)) {
        anomalies.add(
            Kind.OLD_PRICE_SOLD,
            "order %s, SKU %s at %d, newest %d"
                .formatted(orderId, ware.skuId, pence, ware.newest()));
      }
      if (ware.withdrawnBefore(asked)) {
        anomalies.add(Kind.WITHDRAWN_SOLD, "order %s, SKU %s".formatted(orderId, ware.skuId));
      }
    }
    if (goods != order.at("/goods/amount").asLong()) {
      anomalies.add(
          Kind.CONSTRAINT_BROKEN,
          "order %s: lines sum to %d, goods are %s"
              .formatted(orderId, goods, order.at("/goods/amount")));
    }
    if (seller != null) {
      parcels.add(new Parcel(orderId, seller, guest, false));
    }
  }

  /** What could not be bought goes out of the cart; a cart in doubt is not used again. */
  private void leave(String guest, String[] who) {
    try {
      if (send("DELETE", "/api/cart", null, who).status() == 204) {
        idle.add(guest);
      }
    } catch (Ended lost) {
      // the next session gets a new guest
    }
  }

  private void dashboard(Ware.Seller seller) {
    JsonNode told = json(good(send("GET", "/api/seller/dashboard", null, seller.token()), 200));
    Dashboards.disagreement(told)
        .ifPresent(how ->
            anomalies.add(Kind.DASHBOARD_DISAGREES, "seller %s: %s".formatted(seller.id(), how)));
  }

  private void price(Ware ware, RandomGenerator random) {
    if (!ware.editing.tryLock()) {
      return;
    }
    try {
      if (ware.withdrawnBefore(Long.MAX_VALUE)) {
        return;
      }
      long percent = 1 + random.nextInt(10);
      long pence =
          ware.another(
              ware.newest() * (random.nextBoolean() ? 100 + percent : 100 - percent) / 100);
      ware.changing(pence);
      good(edit(ware, pence, true), 200);
      ware.changed(pence, System.nanoTime());
    } finally {
      ware.editing.unlock();
    }
  }

  private Wire.Answer edit(Ware ware, long pence, boolean published) {
    return send(
        "PUT",
        "/api/seller/products/" + ware.productId,
        Shop.product(ware.title, ware.code, pence, published),
        ware.seller.token());
  }

  /** A product is taken from sale and another one takes its place. */
  private void replace(RandomGenerator random) {
    Ware ware = any(random);
    if (!ware.editing.tryLock()) {
      return;
    }
    try {
      if (ware.withdrawnBefore(Long.MAX_VALUE)) {
        return;
      }
      good(edit(ware, ware.newest(), false), 200);
      ware.withdrawn(System.nanoTime());
      Ware next;
      try {
        next = shop.ware(ware.seller, bySku.size(), (int) units);
      } catch (LoadFailed refused) {
        throw new Ended(new Came(Tally.Kind.FAILED, "replacement not made"));
      }
      bySku.put(next.skuId, next);
      int place = wares.indexOf(ware);
      if (place >= 0) {
        wares.set(place, next);
      }
    } finally {
      ware.editing.unlock();
    }
  }

  /** The oldest orders of ten sellers go one step further: shipped, then received. */
  private void deliver() {
    for (int i = 0; i < DELIVERIES; i++) {
      Parcel parcel = parcels.poll();
      if (parcel == null) {
        if (i == 0) {
          good(
              send(
                  "GET",
                  "/api/seller/orders?state=TO_SHIP&limit=10",
                  null,
                  wares.getFirst().seller.token()),
              200);
        }
        return;
      }
      String[] buyer = {"Guest-Token", parcel.guest()};
      Wire.Answer answer =
          parcel.shipped()
              ? send("POST", "/api/orders/" + parcel.orderId() + "/receive", null, buyer)
              : send(
                  "POST",
                  "/api/seller/orders/" + parcel.orderId() + "/shipments",
                  Map.of(),
                  parcel.seller().token());
      if (answer.status() == 503 || answer.status() == 429) {
        parcels.add(parcel);
      }
      good(answer, parcel.shipped() ? 200 : 201);
      if (!parcel.shipped()) {
        parcels.add(new Parcel(parcel.orderId(), parcel.seller(), parcel.guest(), true));
      }
    }
  }

  /**
   * When all is quiet: what was sold and what is left make what was put in, for each product that
   * is still for sale. An order that nobody knows the end of makes the question idle.
   */
  void settle() {
    if (unsure.get()) {
      return;
    }
    for (Ware ware : wares) {
      JsonNode product;
      try {
        product = json(good(send("GET", "/api/products/" + ware.slug, null), 200));
      } catch (Ended away) {
        anomalies.add(
            Kind.CONSTRAINT_BROKEN, "product " + ware.slug + " is for sale and not there");
        continue;
      }
      long left = product.path("available").asLong();
      if (left + ware.sold.get() != units) {
        anomalies.add(
            Kind.CONSTRAINT_BROKEN,
            "SKU %s: put in %d, sold %d, left %d"
                .formatted(ware.skuId, units, ware.sold.get(), left));
      }
    }
  }

  private Wire.Answer send(
      String method, String path, @Nullable Map<String, ?> body, String... headers) {
    String text = body == null ? null : Shop.JSON.writeValueAsString(body);
    try {
      return wire.send(wire.request(method, path, text, headers), patience);
    } catch (SocketTimeoutException late) {
      throw new Ended(
          new Came(Tally.Kind.UNKNOWN, "no answer within " + patience.toSeconds() + " s"));
    } catch (IOException broken) {
      throw new Ended(new Came(Tally.Kind.FAILED, Run.BROKEN + broken.getClass().getSimpleName()));
    }
  }

  private static Wire.Answer good(Wire.Answer answer, int expected) {
    if (answer.status() != expected) {
      Tally.Kind kind = Run.kindOf(answer);
      throw new Ended(
          new Came(kind == Tally.Kind.GOOD ? Tally.Kind.FAILED : kind, Run.codeOf(answer)));
    }
    return answer;
  }

  private static JsonNode json(Wire.Answer answer) {
    return Shop.JSON.readTree(answer.body());
  }
}
