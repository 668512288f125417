package banyan.business.pricing;

import banyan.business.pricing.Pricing.Destination;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rate on goods whose prices are without tax; the way there is not taxed. */
sealed interface Tax {
  /**
   * Hundredths of a percent.
   *
   * @param destination null while the buyer has not said where to
   */
  int basisPoints(@Nullable Destination destination);

  /** The same for everybody. */
  record Flat(int basisPoints) implements Tax {
    @Override
    public int basisPoints(@Nullable Destination destination) {
      return basisPoints;
    }
  }

  /**
   * By country.
   *
   * @param elsewhere for countries that have no rate of their own
   */
  record Table(Map<String, Integer> rates, int elsewhere) implements Tax {
    public Table {
      rates = Map.copyOf(rates);
    }

    @Override
    public int basisPoints(@Nullable Destination destination) {
      return destination == null ? elsewhere : rates.getOrDefault(destination.country(), elsewhere);
    }
  }
}
