package banyan.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  @Test
  void each_key_has_its_own_permits_and_is_told_how_long_to_wait() {
    Throttle throttle =
        new Throttle("tries", 3, new io.micrometer.core.instrument.simple.SimpleMeterRegistry());
    for (int i = 0; i < 3; i++) {
      assertThat(throttle.admits("a")).isTrue();
    }
    assertThat(throttle.admits("a")).isFalse();
    assertThat(throttle.pause("a"))
        .isGreaterThan(Duration.ZERO)
        .isLessThanOrEqualTo(Duration.ofMinutes(1));
    assertThat(throttle.admits("b")).isTrue();
  }

  @Test
  void one_household_shares_the_64_bits_of_its_ipv6_addresses() {
    assertThat(Throttle.network("2001:db8:1:2::1"))
        .isEqualTo(Throttle.network("2001:db8:1:2:ffff:ffff:ffff:ffff"))
        .isNotEqualTo(Throttle.network("2001:db8:1:3::1"));
    assertThat(Throttle.network("192.0.2.7")).isEqualTo("192.0.2.7");
    assertThat(Throttle.network("::ffff:192.0.2.7")).isEqualTo("::ffff:192.0.2.7");
    assertThat(Throttle.network("not:an:address")).isEqualTo("not:an:address");
  }
}
