package banyan.business.intake;

import java.util.List;

/**
 * A small marketplace of our own to look around in: three shops, two dozen products with pictures,
 * and accounts to sign in with. Its content is in {@code sample/marketplace.json}.
 */
public interface SampleMarket {
  /** Fills the marketplace. A repeat, also after a crash half-way, adds only what is missing. */
  void load();

  /** The accounts it makes, their passwords known to everybody. */
  List<DemoAccounts.DemoAccount> accounts();
}
