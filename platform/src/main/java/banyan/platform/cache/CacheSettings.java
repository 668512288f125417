package banyan.platform.cache;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * @param engine {@code caffeine}: in this process; {@code valkey}: in this process, and behind it
 *     in a Valkey or Redis that all nodes share and tell each other over
 * @param entriesMax entries of one cache kept in this process; the least used leave first
 * @param timeToLive how stale a copy may get when an invalidation is lost
 * @param near how much of that a copy may spend in a process which got it from the shared cache, or
 *     which cannot hear the others; less than {@code timeToLive}
 * @param staleMax how much longer a copy serves while its source cannot be asked: a shop whose
 *     database is away still shows what it has
 */
@Validated
@ConfigurationProperties("banyan.cache")
public record CacheSettings(
    @DefaultValue("caffeine") String engine,
    @DefaultValue("10000") @Min(1) @Max(1_000_000) int entriesMax,
    @DefaultValue("10s") Duration timeToLive,
    @DefaultValue("2s") Duration near,
    @DefaultValue("60s") Duration staleMax) {
  public CacheSettings {
    if (near.compareTo(timeToLive) >= 0 || near.isNegative() || staleMax.isNegative()) {
      throw new IllegalArgumentException(
          "banyan.cache: near (%s) must be shorter than timeToLive (%s), none of them negative"
              .formatted(near, timeToLive));
    }
  }
}
