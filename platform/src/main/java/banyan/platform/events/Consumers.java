package banyan.platform.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.json.JsonMapper;

/** Who in this process wants which events, and how rows of an outbox are brought to them. */
final class Consumers {
  /** An event that waits in an outbox. */
  record Row(long position, long key, long eventId, String type, String payload, int attempts) {}

  record Delivery(long eventId, Event event) {}

  private record Subscription(
      String consumer, Class<? extends Event> type, Consumer<List<Delivery>> deliver) {}

  /**
   * Why a row was not delivered.
   *
   * @param counts whether the try counts: not when a database was away, which is nobody's fault
   */
  record Failure(String reason, boolean counts) {}

  /** What a pass came to; rows that are in neither are done. */
  record Undelivered(Map<Long, Failure> failed, Set<Long> behindOne) {
    private static Undelivered none() {
      return new Undelivered(new ConcurrentHashMap<>(), ConcurrentHashMap.newKeySet());
    }

    boolean has(Row row) {
      return failed.containsKey(row.position()) || behindOne.contains(row.position());
    }
  }

  private final JsonMapper json;
  private final MeterRegistry meters;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final ExecutorService couriers = Executors.newVirtualThreadPerTaskExecutor();

  Consumers(JsonMapper json, MeterRegistry meters) {
    this.json = json;
    this.meters = meters;
  }

  void add(String consumer, Class<? extends Event> type, Consumer<List<Delivery>> deliver) {
    subscriptions.add(new Subscription(consumer, type, deliver));
  }

  /** Interrupts whoever is still at work. */
  void stop() {
    couriers.shutdownNow();
  }

  /** Gives every consumer its events, consumers side by side. */
  Undelivered deliver(List<Row> rows) {
    Undelivered undelivered = Undelivered.none();
    List<Future<?>> deliveries = new ArrayList<>();
    for (Subscription subscription : subscriptions) {
      List<Row> mine =
          rows.stream().filter(row -> row.type().equals(subscription.type().getName())).toList();
      if (!mine.isEmpty()) {
        deliveries.add(couriers.submit(() -> deliver(subscription, mine, undelivered)));
      }
    }
    for (Future<?> delivery : deliveries) {
      try {
        delivery.get();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopped while delivering", stopped);
      } catch (ExecutionException fault) {
        throw new IllegalStateException(fault.getCause());
      }
    }
    return undelivered;
  }

  private void deliver(Subscription subscription, List<Row> rows, Undelivered undelivered) {
    Failure together = tryToDeliver(subscription, rows);
    if (together == null) {
      return;
    }
    Set<Long> heldKeys = new HashSet<>();
    for (Row row : rows) {
      if (heldKeys.contains(row.key())) {
        undelivered.behindOne().add(row.position());
        continue;
      }
      Failure failure = rows.size() == 1 ? together : tryToDeliver(subscription, List.of(row));
      if (failure != null) {
        heldKeys.add(row.key());
        undelivered.failed().merge(row.position(), failure, (a, b) -> a.counts() ? a : b);
        Counter.builder("events.failed")
            .description("deliveries a consumer refused")
            .tag("consumer", subscription.consumer())
            .register(meters)
            .increment();
      }
    }
  }

  /** Also an Error is the consumer's: it must not stop the events of everybody else. */
  private @Nullable Failure tryToDeliver(Subscription subscription, List<Row> rows) {
    try {
      subscription.deliver().accept(rows.stream().map(row -> read(subscription, row)).toList());
      return null;
    } catch (RuntimeException | Error fault) {
      boolean away =
          fault instanceof TransientDataAccessException
              || fault instanceof DataAccessResourceFailureException
              || fault instanceof TransactionException;
      return new Failure(subscription.consumer() + ": " + fault, !away);
    }
  }

  private Delivery read(Subscription subscription, Row row) {
    return new Delivery(row.eventId(), json.readValue(row.payload(), subscription.type()));
  }
}
