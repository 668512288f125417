package banyan.platform.data;

import banyan.platform.limits.Deadline;
import banyan.platform.limits.Urgency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One kind of step that callers who come at the same time take together: one transaction, one set
 * of statements and one commit for all of them. A commit waits for a disk, and a statement costs
 * more to send, plan and start than one more row of it: that is why fifty orders in one transaction
 * cost PostgreSQL little more than three alone.
 *
 * <p><b>How they gather.</b> Whoever comes alone waits for nobody. Those who come while a batch is
 * being written and committed are the next one, so batches are as large as the shop is busy. A
 * batch that goes on to its next step together must not fall apart there, the first to arrive taken
 * alone and the others after him: where several came together the last time, the next are kept for
 * a millisecond at most, until as many are there again. A caller waits for that, for the rest of
 * one batch, and the whole of his own.
 *
 * <p><b>Why it is correct.</b> A caller is answered after the commit that holds his rows, never
 * before: what he was told is as durable as it would have been alone. Work on a batch sees its
 * items in the order of their arrival and must decide for each as if the ones before it were done
 * (the last unit goes to the first), because they commit together. One batch of a kind runs at a
 * time in a process (of questions, which lock nothing, two halves of one), so batches of one kind
 * do not wait for each other's locks. Rows that several kinds want (stock) are locked by statements
 * that sort them, the same way for everybody; should two processes meet in opposite order all the
 * same, the database ends one of the transactions and it is run again.
 *
 * <p><b>A refusal</b> is a value, and concerns its own item only: work returns an outcome for each.
 * <b>An item that breaks the statement</b> (a constraint, an argument that makes no sense) rolls
 * the whole batch back, so nothing of it has happened; every item is then done again alone, in the
 * thread of its caller, and only the guilty one fails. That is right but slow, so it is logged and
 * counted ({@code database.batches.broken}): a question that breaks whenever two ask it at once
 * would hide there. <b>When the database goes away</b> all of the batch are told so, and nobody
 * tries again one by one.
 *
 * <p><b>When the process dies</b> before the commit, nothing has happened and nobody was told; when
 * it dies after the commit and before the answer, the caller does not know, exactly as with a
 * transaction of his own. So work must be idempotent by its item's own id: a repeat finds the rows
 * and gives the same outcome. That is promise two of the house, and sharing adds nothing to it.
 *
 * <p>Group commit is from DeWitt et al., "Implementation Techniques for Main Memory Database
 * Systems" (SIGMOD 1984); sharing the statements too is what a set-based language is for.
 *
 * @param <I> an item, immutable
 * @param <O> its outcome
 */
public final class Shared<I, O extends @Nullable Object> {
  /**
   * Items of one batch: as many as there are connections that could wait for it, and few enough
   * that a statement of a thousand rows is rare.
   */
  static final int TOGETHER_MAX = 64;

  /** How long those who came are kept for as many as came together before. */
  static final long GATHER_NANOS = 1_000_000;

  private static final Logger log = LoggerFactory.getLogger(Shared.class);

  /** Half of a batch of questions that is worth a statement of its own. */
  static final int HALF_MIN = 8;

  private static final long LOOK_NANOS = 100_000;

  /** How long work that no request waits for is worth having. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How a batch is run, in a transaction or as a read; those of one lane go together. */
  interface Runner {
    int lanes();

    /** Asked in the thread of the caller. */
    int laneOf(long shardKey);

    <T> T run(int lane, long shardKey, java.util.function.Function<JdbcClient, T> work);
  }

  private static final class Ticket<I, O extends @Nullable Object> {
    private final long shardKey;
    private final I item;
    private final Urgency urgency = Deadline.urgencyNow();
    private final Duration left = Deadline.left(PATIENCE);

    /** Completed with how to get the outcome: it is there, or the caller does the work alone. */
    private final CompletableFuture<Supplier<O>> outcome = new CompletableFuture<>();

    Ticket(long shardKey, I item) {
      this.shardKey = shardKey;
      this.item = item;
    }
  }

  private static final class Lane<I, O extends @Nullable Object> {
    private final int number;
    private final Queue<Ticket<I, O>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean busy = new AtomicBoolean();

    /** As many as came together the last time; only whoever is at work changes it. */
    private volatile int usual = 1;

    Lane(int number) {
      this.number = number;
    }
  }

  private final Work times;
  private final String name;
  private final Runner runner;
  private final boolean halves;
  private final BiFunction<JdbcClient, List<I>, List<O>> work;
  private final List<Lane<I, O>> lanes;

  /**
   * @param halves whether two halves of a batch may be run at the same time: neither waits for what
   *     the other has locked
   */
  Shared(
      Work times,
      String name,
      Runner runner,
      boolean halves,
      BiFunction<JdbcClient, List<I>, List<O>> work) {
    this.times = times;
    this.name = name;
    this.runner = runner;
    this.halves = halves;
    this.work = work;
    this.lanes = IntStream.range(0, runner.lanes()).mapToObj(Lane<I, O>::new).toList();
  }

  /**
   * Does the item's work together with that of others; returns when it is committed. Inside a
   * transaction of the same module it is done at once, as a part of it.
   *
   * @param shardKey an id of the family whose rows are changed or read
   */
  public O take(long shardKey, I item) {
    int number = runner.laneOf(shardKey);
    if (Database.isRunning()) {
      return alone(number, shardKey, item);
    }
    Lane<I, O> lane = lanes.get(number);
    Ticket<I, O> ticket = new Ticket<>(shardKey, item);
    lane.waiting.add(ticket);
    if (lane.busy.compareAndSet(false, true)) {
      Thread.ofVirtual().name(name).start(() -> serve(lane));
    }
    try {
      return ticket.outcome.join().get();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException fault ? fault : failed;
    }
  }

  /** Cuts what was found for all questions at once into an answer for each. */
  public static <K, V> List<Map<K, V>> each(List<? extends Collection<K>> asked, Map<K, V> found) {
    List<Map<K, V>> answers = new ArrayList<>();
    for (Collection<K> keys : asked) {
      Map<K, V> answer = new LinkedHashMap<>();
      for (K key : keys) {
        V value = found.get(key);
        if (value != null) {
          answer.put(key, value);
        }
      }
      answers.add(answer);
    }
    return answers;
  }

  private O alone(int lane, long shardKey, I item) {
    return runner.run(lane, shardKey, jdbc -> work(jdbc, List.of(item))).getFirst();
  }

  private List<O> work(JdbcClient jdbc, List<I> items) {
    List<O> outcomes = work.apply(jdbc, items);
    if (outcomes.size() != items.size()) {
      throw new IllegalStateException(
          "%s gave %d outcomes for %d items".formatted(name, outcomes.size(), items.size()));
    }
    return outcomes;
  }

  private void serve(Lane<I, O> lane) {
    do {
      for (List<Ticket<I, O>> batch = next(lane); !batch.isEmpty(); batch = next(lane)) {
        serveHalves(lane.number, batch);
      }
      lane.busy.set(false);
      // whoever came between the last look and this line saw somebody at work
    } while (!lane.waiting.isEmpty() && lane.busy.compareAndSet(false, true));
  }

  private static <I, O extends @Nullable Object> List<Ticket<I, O>> next(Lane<I, O> lane) {
    if (lane.waiting.isEmpty()) {
      return List.of();
    }
    long end = System.nanoTime() + GATHER_NANOS;
    while (lane.waiting.size() < lane.usual && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    List<Ticket<I, O>> batch = new ArrayList<>();
    while (batch.size() < TOGETHER_MAX && lane.waiting.poll() instanceof Ticket<I, O> ticket) {
      batch.add(ticket);
    }
    lane.usual = batch.size();
    return batch;
  }

  /** While the database works on one half, this process may work on the answer of the other. */
  private void serveHalves(int lane, List<Ticket<I, O>> batch) {
    int half = batch.size() / 2;
    if (!halves || half < HALF_MIN) {
      serve(lane, batch);
      return;
    }
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> serve(lane, batch.subList(half, batch.size())),
            Thread.ofVirtual().name(name)::start);
    serve(lane, batch.subList(0, half));
    other.join();
  }

  private void serve(int lane, List<Ticket<I, O>> batch) {
    try {
      List<I> items = batch.stream().map(ticket -> ticket.item).toList();
      List<O> outcomes =
          deadlineOf(batch)
              .bound(() -> runner.run(lane, batch.getFirst().shardKey, jdbc -> work(jdbc, items)));
      for (int i = 0; i < batch.size(); i++) {
        O outcome = outcomes.get(i);
        batch.get(i).outcome.complete(() -> outcome);
      }
    } catch (RuntimeException | Error fault) {
      boolean oneIsGuilty = batch.size() > 1 && concernsItems(fault);
      if (oneIsGuilty) {
        times.brokeApart();
        // by its class only: what a database says of a row may hold somebody's address
        String kind = fault.getClass().getSimpleName();
        log.warn("{} of {} broke and are tried one by one: {}", batch.size(), name, kind);
        log.debug("this broke them", fault);
      }
      for (Ticket<I, O> ticket : batch) {
        if (oneIsGuilty) {
          ticket.outcome.complete(() -> alone(lane, ticket.shardKey, ticket.item));
        } else {
          ticket.outcome.completeExceptionally(fault);
        }
      }
    }
  }

  /** As urgent as the most urgent of them, and worth having as long as for the most patient. */
  private static Deadline deadlineOf(List<? extends Ticket<?, ?>> batch) {
    Urgency urgency = Urgency.BACKGROUND;
    Duration left = Duration.ZERO;
    for (Ticket<?, ?> ticket : batch) {
      urgency = ticket.urgency.compareTo(urgency) < 0 ? ticket.urgency : urgency;
      left = ticket.left.compareTo(left) > 0 ? ticket.left : left;
    }
    return Deadline.after(urgency, left);
  }

  /** Whether trying the items one by one tells the guilty from the others. */
  private static boolean concernsItems(Throwable fault) {
    return fault instanceof DataIntegrityViolationException
        || fault instanceof org.springframework.dao.InvalidDataAccessApiUsageException
        || !(fault instanceof org.springframework.core.NestedRuntimeException
            || fault instanceof Error);
  }
}
