package banyan.business.pricing;

import banyan.business.pricing.Pricing.Destination;
import banyan.platform.money.Money;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What it costs to send one seller's goods. */
sealed interface Shipping {
  /**
   * @param destination null while the buyer has not said where to
   * @param goods the seller's goods before any discount, so that a coupon never makes the way
   *     dearer
   */
  Money fee(@Nullable Destination destination, Money goods);

  /** The same for everybody. */
  record Flat(long fee) implements Shipping {
    @Override
    public Money fee(@Nullable Destination destination, Money goods) {
      return new Money(fee, goods.currency());
    }
  }

  /**
   * By country, and within a country by the worth of the goods.
   *
   * @param bands one of them for {@link PricingSettings#ANYWHERE} from 0, so that every parcel has
   *     a fee
   */
  record Table(List<PricingSettings.Band> bands) implements Shipping {
    public Table {
      bands =
          bands.stream()
              .sorted(Comparator.comparingLong(PricingSettings.Band::goodsFrom).reversed())
              .toList();
      if (bands.stream()
          .noneMatch(
              band -> band.country().equals(PricingSettings.ANYWHERE) && band.goodsFrom() == 0)) {
        throw new IllegalArgumentException(
            "banyan.pricing.shipping.bands needs one for country * from 0");
      }
    }

    @Override
    public Money fee(@Nullable Destination destination, Money goods) {
      String country = destination == null ? PricingSettings.ANYWHERE : destination.country();
      return bands.stream()
          .filter(band -> band.country().equals(country) && band.goodsFrom() <= goods.amount())
          .findFirst()
          .or(() ->
              bands.stream()
                  .filter(band ->
                      band.country().equals(PricingSettings.ANYWHERE)
                          && band.goodsFrom() <= goods.amount())
                  .findFirst())
          .map(band -> new Money(band.fee(), goods.currency()))
          .orElseThrow();
    }
  }
}
