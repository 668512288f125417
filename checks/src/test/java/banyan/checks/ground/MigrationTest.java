package banyan.checks.ground;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.platform.data.Databases;
import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MigrationTest {
  private static final Duration REQUEST = Duration.ofSeconds(1);

  @Test
  void two_processes_that_start_on_an_empty_database_migrate_it_once_however_long_it_takes()
      throws Exception {
    try (Ground ground = new Ground(1, REQUEST);
        Databases second = ground.another();
        ExecutorService processes = Executors.newVirtualThreadPerTaskExecutor()) {
      CyclicBarrier together = new CyclicBarrier(2);
      Future<?> one = processes.submit(() -> start(ground.databases(), together));
      Future<?> other = processes.submit(() -> start(second, together));
      one.get();
      other.get();

      assertThat(second.module("slow").<Long>each(jdbc -> Ground.count(jdbc, "slow_note")))
          .as("the migration was longer than a request may take, and both found its table")
          .containsExactly(0L);
      assertThat(
              second
                  .module("slow")
                  .<Long>each(jdbc -> Ground.count(jdbc, "flyway_slow WHERE version = '1'")))
          .containsExactly(1L);
    }
  }

  private static Void start(Databases process, CyclicBarrier together) throws Exception {
    together.await();
    process.module("slow");
    return null;
  }
}
