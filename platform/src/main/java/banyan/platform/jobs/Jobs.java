package banyan.platform.jobs;

import banyan.platform.data.Away;
import banyan.platform.data.Database;
import banyan.platform.data.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Background work that repeats: sweepers, the ledger's sealer, automatic receipt. A lease in the
 * module's database lets one node at a time do it; when that node dies another one follows within
 * the lease.
 */
public final class Jobs implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Jobs.class);

  private record Job(String name, Database database, Duration every, Consumer<JdbcClient> work) {}

  private final String holder;
  private final List<Job> jobs = new ArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newScheduledThreadPool(2, Thread.ofPlatform().daemon().name("jobs-", 0).factory());
  private volatile boolean running;

  public Jobs(String holder) {
    this.holder = holder;
  }

  /**
   * Registers work before the application is up.
   *
   * @param work runs on every database of the module, outside a transaction; a throw is logged and
   *     it runs again next time
   */
  public void every(Duration pause, String name, Database database, Consumer<JdbcClient> work) {
    jobs.add(new Job(name, database, pause, work));
  }

  @Override
  public void start() {
    running = true;
    for (Job job : jobs) {
      clock.scheduleWithFixedDelay(
          () -> run(job), job.every().toMillis(), job.every().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void run(Job job) {
    try {
      job.database()
          .each(jdbc -> {
            boolean mine = Lease.hold(jdbc, job.database().module(), job.name(), holder);
            if (mine) {
              job.work().accept(jdbc);
            }
            return mine;
          });
    } catch (RuntimeException | Error fault) {
      // also an Error: the scheduler would never run the job again, and nobody would know
      Away.told(log.atWarn().addKeyValue("job", job.name()), fault)
          .log("background work failed; it is tried again");
    }
  }

  @Override
  public void stop() {
    running = false;
    clock.shutdownNow();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Starts before the web server and stops after it has answered its last request. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 8192;
  }
}
