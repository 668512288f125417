package banyan.business.pricing;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/** How shipping and tax are found. */
@Validated
@ConfigurationProperties("banyan.pricing")
record PricingSettings(
    @Valid @DefaultValue ShippingSettings shipping, @Valid @DefaultValue TaxSettings tax) {

  /** The country of a band that serves every country without bands of its own. */
  static final String ANYWHERE = "*";

  enum Calculator {
    FLAT,
    TABLE
  }

  /**
   * @param calculator {@code flat}: one fee; {@code table}: by country and worth of the goods
   * @param fee of the flat calculator for each seller's order, minor units of the order's currency
   * @param bands of the table
   */
  record ShippingSettings(
      @DefaultValue("flat") Calculator calculator,
      @DefaultValue("0") @Min(0) @Max(100_000_000) long fee,
      @Valid @DefaultValue List<Band> bands) {
    Shipping shipping() {
      return switch (calculator) {
        case FLAT -> new Shipping.Flat(fee);
        case TABLE -> new Shipping.Table(bands);
      };
    }
  }

  /**
   * One line of the shipping table.
   *
   * @param country ISO 3166 code, or {@value PricingSettings#ANYWHERE}
   * @param goodsFrom the least worth of the goods it is for, minor units, before any discount
   * @param fee minor units of the order's currency
   */
  record Band(
      @DefaultValue(ANYWHERE) String country,
      @DefaultValue("0") @Min(0) long goodsFrom,
      @DefaultValue("0") @Min(0) @Max(100_000_000) long fee) {}

  /**
   * @param calculator {@code flat}: one rate; {@code table}: by country
   * @param basisPoints the flat rate, and the table's for countries it does not name: hundredths of
   *     a percent on top of the price; 0 when prices include tax
   * @param countries the table's rates by ISO 3166 code
   */
  record TaxSettings(
      @DefaultValue("flat") Calculator calculator,
      @DefaultValue("0") @Min(0) @Max(10_000) int basisPoints,
      @DefaultValue Map<String, @Min(0) @Max(10_000) Integer> countries) {
    Tax tax() {
      return switch (calculator) {
        case FLAT -> new Tax.Flat(basisPoints);
        case TABLE -> new Tax.Table(countries, basisPoints);
      };
    }
  }
}
