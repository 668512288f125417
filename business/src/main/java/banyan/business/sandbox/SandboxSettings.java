package banyan.business.sandbox;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Configuration;

/**
 * @param late how long the provider takes for {@code tok_late} and its like before it sends a
 *     webhook
 * @param hang how long it does not answer for {@code tok_hang}
 * @param webhooks where it sends webhooks; empty: to this process
 * @param page where a buyer's browser reaches the provider's page; empty: this process
 */
@ConfigurationProperties("banyan.sandbox")
record SandboxSettings(
    @DefaultValue("2s") Duration late,
    @DefaultValue("10s") Duration hang,
    @DefaultValue("") String webhooks,
    @DefaultValue("") String page) {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(SandboxSettings.class)
  static class Enabled {}
}
