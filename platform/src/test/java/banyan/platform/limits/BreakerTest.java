package banyan.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final Duration REST = Duration.ofMillis(300);

  private final AtomicInteger asked = new AtomicInteger();
  private final Breaker breaker =
      new Breaker("service", Duration.ofMillis(100), REST, new SimpleMeterRegistry());

  private void fail() {
    assertThatThrownBy(() ->
            breaker.call(() -> {
              asked.incrementAndGet();
              throw new IllegalStateException("500");
            }))
        .isInstanceOf(Breaker.Unanswered.class);
  }

  @Test
  void a_service_that_hangs_costs_its_caller_the_patience_and_no_more() {
    CountDownLatch never = new CountDownLatch(1);
    long start = System.nanoTime();
    assertThatThrownBy(() ->
            breaker.call(() -> {
              never.await();
              return 1;
            }))
        .isInstanceOf(Breaker.Unanswered.class)
        .hasMessageContaining("did not answer");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(90), Duration.ofSeconds(3));
  }

  @Test
  void after_ten_failures_nobody_is_asked_and_a_few_calls_find_out_when_it_is_back() {
    for (int i = 0; i < 10; i++) {
      assertThat(breaker.admits()).isTrue();
      fail();
    }
    assertThat(breaker.admits()).isFalse();
    assertThatThrownBy(() -> breaker.call(asked::incrementAndGet)).isInstanceOf(Breaker.Open.class);
    assertThat(asked).hasValue(10);

    await().atMost(Duration.ofSeconds(10)).until(breaker::admits);
    int admitted = 1;
    while (breaker.admits()) {
      admitted++;
    }
    assertThat(admitted).as("those who are let in for a trial").isEqualTo(5);
    for (int i = 0; i < 5; i++) {
      breaker.call(asked::incrementAndGet);
    }
    assertThat(breaker.admits()).isTrue();
    assertThat(breaker.call(asked::incrementAndGet)).isEqualTo(16);
  }

  @Test
  void who_knows_that_the_service_is_another_one_makes_it_forget() {
    for (int i = 0; i < 10; i++) {
      assertThat(breaker.isClosed()).isTrue();
      fail();
    }
    assertThat(breaker.isClosed()).isFalse();
    breaker.reset();
    assertThat(breaker.isClosed()).isTrue();
    assertThat(breaker.call(asked::incrementAndGet)).isEqualTo(11);
    fail();
    assertThat(breaker.isClosed()).isTrue();
  }

  @Test
  void a_trial_that_nobody_made_is_offered_again() {
    for (int i = 0; i < 10; i++) {
      fail();
    }
    for (int round = 0; round < 2; round++) {
      await().atMost(Duration.ofSeconds(10)).until(breaker::admits);
      while (breaker.admits()) {
        // let in, and sold out before it came to the call
      }
    }
  }
}
