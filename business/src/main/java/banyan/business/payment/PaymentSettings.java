package banyan.business.payment;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Configuration;
import org.springframework.validation.annotation.Validated;

/**
 * @param commissionBasisPoints our share of what a seller sells, in hundredths of a percent
 * @param answer how long a buyer waits for the provider before the payment counts as pending
 * @param rest for how long a provider is not asked after half of the last calls have failed
 * @param reconcile how old an open payment is when we ask the provider ourselves
 */
@Validated
@ConfigurationProperties("banyan.payment")
record PaymentSettings(
    @DefaultValue("500") @Min(0) @Max(10_000) int commissionBasisPoints,
    @DefaultValue("3s") Duration answer,
    @DefaultValue("5s") Duration rest,
    @DefaultValue("20s") Duration reconcile) {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(PaymentSettings.class)
  static class Enabled {}
}
