package banyan.cli.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One product of the marketplace as its seller knows it: what he was told of its prices, and when.
 * Times are those of {@link System#nanoTime}.
 */
final class Ware {
  private static final long NEVER = Long.MAX_VALUE;

  /**
   * @param acknowledged {@link #NEVER} while nobody knows whether it took place
   */
  private record Priced(long pence, long acknowledged) {}

  final Seller seller;
  final String productId;
  final String slug;
  final String skuId;
  final String code;
  final String title;

  /** Units sold in orders that were acknowledged. */
  final AtomicLong sold = new AtomicLong();

  /** Held by whoever edits the product: of two edits at once nobody could say which came last. */
  final ReentrantLock editing = new ReentrantLock();

  private final List<Priced> prices = new ArrayList<>();
  private volatile long withdrawn = NEVER;

  /** Who sells it, and what he shows at the door. */
  record Seller(String id, String[] token) {}

  /** What the shop said of it when it was made. */
  record Made(String productId, String slug, String skuId, String code, String title, long pence) {}

  Ware(Seller seller, Made made) {
    this.seller = seller;
    this.productId = made.productId();
    this.slug = made.slug();
    this.skuId = made.skuId();
    this.code = made.code();
    this.title = made.title();
    prices.add(new Priced(made.pence(), System.nanoTime()));
  }

  /** A price that this product has never had: so a price tells which change it is from. */
  synchronized long another(long wanted) {
    long pence = Math.max(100, wanted);
    while (had(pence)) {
      pence++;
    }
    return pence;
  }

  private boolean had(long pence) {
    return prices.stream().anyMatch(price -> price.pence() == pence);
  }

  synchronized long newest() {
    return prices.getLast().pence();
  }

  /** Before the change is sent: from now on somebody may see it. */
  synchronized void changing(long pence) {
    prices.add(new Priced(pence, NEVER));
  }

  synchronized void changed(long pence, long acknowledged) {
    prices.replaceAll(price -> price.pence() == pence ? new Priced(pence, acknowledged) : price);
  }

  void withdrawn(long acknowledged) {
    withdrawn = acknowledged;
  }

  boolean withdrawnBefore(long moment) {
    return withdrawn < moment;
  }

  /**
   * Whether a price is older than one that was acknowledged before the moment. A change of which
   * nobody knows whether it took place may be seen at any time.
   */
  synchronized boolean outdated(long pence, long moment) {
    boolean newerAcknowledged = false;
    for (Priced price : prices.reversed()) {
      if (price.pence() == pence) {
        return newerAcknowledged && price.acknowledged() != NEVER;
      }
      newerAcknowledged |= price.acknowledged() < moment;
    }
    // a price that it never had
    return true;
  }
}
