package banyan.cli.load;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/** What shoppers do, and how often: shares in hundredths of a percent. */
public enum Mix {
  /**
   * Views, carts, favourites and purchases as they were in the behaviour of a big shop's users: 100
   * million events of Taobao, 2017 (Alibaba Tianchi, data set 649): 89.58, 5.52, 2.88 and 2.01 %.
   */
  TAOBAO(Map.of(Act.VIEW, 8959, Act.ADD, 552, Act.FAVOURITE, 288, Act.BUY, 201)),
  /** Nothing but paid orders of one to three lines. */
  CHECKOUT(Map.of(Act.BUY, 10_000)),
  /** Looking only: product pages, searches, categories, the home page, reviews. */
  BROWSE(Map.of(Act.VIEW, 6000, Act.SEARCH, 2500, Act.HOME, 500, Act.REVIEWS, 1000)),
  /** Everybody wants the same SKU, all at once: the rate leaps 122-fold when the sale begins. */
  FLASH_SALE(Map.of(Act.VIEW, 3000, Act.BUY_HOT, 7000)),
  /**
   * Sessions with a checkout, dashboards, price updates, replaced products and deliveries, as the
   * benchmark Online Marketplace has them (Laigner et al., SIGMOD 2025); its criteria are counted.
   */
  ONLINE_MARKETPLACE(
      Map.of(
          Act.SESSION, 3000,
          Act.DASHBOARD, 500,
          Act.PRICE, 300,
          Act.REPLACE, 200,
          Act.DELIVERY, 6000));

  /** One thing a shopper does; one request, but for {@link #HOME} and those of a marketplace. */
  enum Act {
    VIEW,
    SEARCH,
    HOME,
    REVIEWS,
    ADD,
    FAVOURITE,
    BUY,
    BUY_HOT,
    SESSION,
    DASHBOARD,
    PRICE,
    REPLACE,
    DELIVERY;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static final int WHOLE = 10_000;

  private final EnumMap<Act, Integer> shares;

  Mix(Map<Act, Integer> shares) {
    if (shares.values().stream().mapToInt(Integer::intValue).sum() != WHOLE) {
      throw new IllegalArgumentException("shares must sum to " + WHOLE + ": " + shares);
    }
    this.shares = new EnumMap<>(shares);
  }

  Act pick(RandomGenerator random) {
    int left = random.nextInt(WHOLE);
    for (Map.Entry<Act, Integer> share : shares.entrySet()) {
      left -= share.getValue();
      if (left < 0) {
        return share.getKey();
      }
    }
    throw new IllegalStateException("shares do not sum to a whole");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
