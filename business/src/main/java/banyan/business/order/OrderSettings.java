package banyan.business.order;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Configuration;
import org.springframework.validation.annotation.Validated;

/**
 * @param payWithin how long goods are held for a payment that has not come yet
 * @param resumeAfter how old a checkout that nobody drives any more is when it is driven on: longer
 *     than a request
 * @param receiveAfter how long after the last parcel an order counts as received by itself
 * @param checkoutsAtOnce how many checkouts one process drives at a time: half of its connections,
 *     so that a rush leaves the other half to everybody else
 * @param checkoutPatience how long a checkout waits for its turn before it is told to come back
 * @param refundWithin how long after receipt a buyer may send goods back
 */
@Validated
@ConfigurationProperties("banyan.order")
record OrderSettings(
    @DefaultValue("15m") Duration payWithin,
    @DefaultValue("20s") Duration resumeAfter,
    @DefaultValue("14d") Duration receiveAfter,
    @DefaultValue("30d") Duration refundWithin,
    @DefaultValue("12") @Min(1) @Max(1_000) int checkoutsAtOnce,
    @DefaultValue("5s") Duration checkoutPatience) {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(OrderSettings.class)
  static class Enabled {}
}
