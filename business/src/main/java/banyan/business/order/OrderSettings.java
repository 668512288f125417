package banyan.business.order;

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
 * @param refundWithin how long after receipt a buyer may send goods back
 */
@Validated
@ConfigurationProperties("banyan.order")
record OrderSettings(
    @DefaultValue("15m") Duration payWithin,
    @DefaultValue("20s") Duration resumeAfter,
    @DefaultValue("14d") Duration receiveAfter,
    @DefaultValue("30d") Duration refundWithin) {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(OrderSettings.class)
  static class Enabled {}
}
