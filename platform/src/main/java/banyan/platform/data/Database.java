package banyan.platform.data;

import banyan.platform.data.Showing.Node;
import banyan.platform.data.Showing.Source;
import banyan.platform.events.Event;
import banyan.platform.ids.Ids;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One module's tables, wherever they live: one database, or several that share 1024 logical shards.
 *
 * <p>Three promises of the house are kept here and nowhere else. No transaction crosses a module: a
 * transaction on one database refuses any use of another one. Every statement runs on the shard
 * that its key names. A decision reads the primary ({@link #write}, {@link #fresh}); what is only
 * shown may lag behind it ({@link #read}).
 */
public final class Database {
  /** How often a transaction that lost a deadlock or a serialization race is run again. */
  private static final int ATTEMPTS = 4;

  /**
   * The transaction that this thread runs.
   *
   * @param source the node, or a copy of it
   */
  private record Running(Database database, Node node, Source source) {
    JdbcClient jdbc() {
      return source.jdbc();
    }
  }

  private static final ThreadLocal<@Nullable Running> RUNNING = new ThreadLocal<>();

  private final String module;
  private final List<Node> nodes;
  private final Ids ids;
  private final Function<Object, String> json;
  private final Work timed;
  private final Intents intents;
  private final Showing showing;
  private volatile Runnable published = () -> {};

  Database(String module, List<Node> nodes, Ids ids, Function<Object, String> json, Work timed) {
    this.module = module;
    this.nodes = List.copyOf(nodes);
    this.ids = ids;
    this.json = json;
    this.timed = timed;
    this.intents = new Intents(module);
    this.showing = new Showing(this.nodes);
  }

  /** The name of the module, which its own tables of events and intents carry as a prefix. */
  public String module() {
    return module;
  }

  /**
   * Runs the work in one transaction on the primary of the key's shard. Joins a transaction of the
   * same module that runs already. A transaction that loses a deadlock is run again, so the work
   * must not touch anything but the database.
   *
   * @param shardKey an id of the family whose rows are changed
   * @throws IllegalStateException inside the transaction of another module, or of a shard that lies
   *     in another database
   */
  public <T extends @Nullable Object> T write(long shardKey, Function<JdbcClient, T> work) {
    Viewer.changes();
    Node node = nodeOf(shardKey);
    Running running = refuseForeignTransaction(node);
    return running == null
        ? inTransaction(node, node.primary(), node.primary().transactions(), work)
        : work.apply(running.jdbc());
  }

  private <T extends @Nullable Object> T inTransaction(
      Node node, Source source, TransactionTemplate transactions, Function<JdbcClient, T> work) {
    for (int attempt = 1; ; attempt++) {
      RUNNING.set(new Running(this, node, source));
      try {
        return timed.transaction(() -> transactions.execute(status -> work.apply(source.jdbc())));
      } catch (ConcurrencyFailureException lostTheRace) {
        if (attempt == ATTEMPTS) {
          throw lostTheRace;
        }
        java.util.concurrent.locks.LockSupport.parkNanos(
            ThreadLocalRandom.current().nextLong(1_000_000L << attempt));
      } finally {
        RUNNING.remove();
      }
    }
  }

  /** {@link #write} for work without a result. */
  public void change(long shardKey, Consumer<JdbcClient> work) {
    Boolean done =
        write(
            shardKey,
            jdbc -> {
              work.accept(jdbc);
              return Boolean.TRUE;
            });
    Objects.requireNonNull(done);
  }

  /**
   * Reads the primary of the key's shard: for decisions, and for what its writer wants to see at
   * once.
   */
  public <T extends @Nullable Object> T fresh(long shardKey, Function<JdbcClient, T> query) {
    Node node = nodeOf(shardKey);
    Running running = refuseForeignTransaction(node);
    return running == null
        ? timed.read(() -> query.apply(node.primary().jdbc()))
        : query.apply(running.jdbc());
  }

  /**
   * Reads a copy of the key's shard, which may lag, though never behind what the reader himself has
   * changed: for what is only shown. Inside a transaction, where something is about to be changed,
   * and where no request waits ({@link Viewer}) it reads the primary, and also when no copy is good
   * enough. A copy that fails is not asked again: the query is then run once more, on the primary,
   * and so must not touch anything else.
   */
  public <T extends @Nullable Object> T read(long shardKey, Function<JdbcClient, T> query) {
    Node node = nodeOf(shardKey);
    Running running = refuseForeignTransaction(node);
    return running == null ? shown(node, query) : query.apply(running.jdbc());
  }

  private <T extends @Nullable Object> T shown(Node node, Function<JdbcClient, T> query) {
    return timed.read(() -> showing.on(node, source -> query.apply(source.jdbc())));
  }

  /**
   * A kind of change that concurrent callers make together, in one transaction on the primary.
   *
   * @param name a noun, for threads and faults
   * @param work makes the changes of all items, in their order, and gives each its outcome;
   *     idempotent by the item's own id
   */
  public <I, O extends @Nullable Object> Shared<I, O> shared(
      String name, BiFunction<JdbcClient, List<I>, List<O>> work) {
    return new Shared<>(timed, module + "." + name, new Changing(), false, work);
  }

  private final class Changing implements Shared.Runner {
    @Override
    public int lanes() {
      return nodes.size();
    }

    @Override
    public int laneOf(long shardKey) {
      Viewer.changes();
      return nodeNumber(shardKey);
    }

    @Override
    public <T> T run(int lane, long shardKey, Function<JdbcClient, T> work) {
      return write(shardKey, work);
    }
  }

  /**
   * A kind of question that concurrent callers ask together, in one statement. Those who may be
   * shown what lags ask a copy, like {@link #read}; all others the primary.
   */
  public <I, O extends @Nullable Object> Shared<I, O> sharedRead(
      String name, BiFunction<JdbcClient, List<I>, List<O>> work) {
    return new Shared<>(timed, module + "." + name, new Looking(), true, work);
  }

  private final class Looking implements Shared.Runner {
    @Override
    public int lanes() {
      return showing.lanes();
    }

    @Override
    public int laneOf(long shardKey) {
      return showing.laneOf(nodeNumber(shardKey));
    }

    @Override
    public <T> T run(int lane, long shardKey, Function<JdbcClient, T> work) {
      return isRunning()
          ? fresh(shardKey, work)
          : timed.read(() -> showing.inLane(lane, source -> work.apply(source.jdbc())));
    }
  }

  /** Whether this thread is inside a transaction of any module. */
  static boolean isRunning() {
    return RUNNING.get() != null;
  }

  /**
   * Reads of one moment for what is only shown: what several queries say of it agrees, whatever is
   * written meanwhile. Like {@link #read} it may be asked of a copy, and run again on the primary.
   *
   * @throws IllegalStateException inside a transaction: that has a moment of its own
   */
  public <T extends @Nullable Object> T snapshot(long shardKey, Function<JdbcClient, T> queries) {
    refuseAnyTransaction();
    Node node = nodeOf(shardKey);
    return showing.on(
        node, source -> inTransaction(node, source, momentOf(source.transactions()), queries));
  }

  private static TransactionTemplate momentOf(TransactionTemplate usual) {
    TransactionTemplate moment =
        new TransactionTemplate(Objects.requireNonNull(usual.getTransactionManager()));
    moment.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    moment.setReadOnly(true);
    return moment;
  }

  /**
   * Runs background work on every database of the module, one after the other, outside a
   * transaction.
   *
   * @throws IllegalStateException inside any transaction: it holds one shard, this asks all
   */
  public <T> List<T> each(Function<JdbcClient, T> work) {
    refuseAnyTransaction();
    return timed.sweep(
        () -> nodes.stream().map(node -> work.apply(node.primary().jdbc())).toList());
  }

  /** {@link #read} of every database of the module, for a list of all shards that is only shown. */
  public <T> List<T> readEach(Function<JdbcClient, T> query) {
    refuseAnyTransaction();
    return nodes.stream().map(node -> shown(node, query)).toList();
  }

  /** {@link #each} in one transaction a database. */
  public <T> List<T> writeEach(Function<JdbcClient, T> work) {
    refuseAnyTransaction();
    Viewer.changes();
    return nodes.stream()
        .map(node -> inTransaction(node, node.primary(), node.primary().transactions(), work))
        .toList();
  }

  /**
   * Does the work of an intent once, however often and however concurrently it is sent. The key is
   * remembered as a row in the same transaction; a repeat waits for a running first call and
   * returns what that one stored. Work that throws leaves nothing behind and may be sent again.
   *
   * @param work returns what a repeat needs to build the same answer, usually the id of what was
   *     made
   * @throws KeyReused when the key was used for another request
   */
  public String once(long shardKey, Intent intent, Function<JdbcClient, String> work) {
    String fingerprint = json.apply(intent.request());
    return write(
        shardKey, jdbc -> intents.once(jdbc, Ids.shardOf(shardKey), intent, fingerprint, work));
  }

  /** {@link #publish(List)} of one. */
  public void publish(Event event) {
    publish(List.of(event));
  }

  /**
   * Writes events beside the change, in the transaction that runs; they are delivered after the
   * commit, at least once, in order for each key.
   *
   * @throws IllegalStateException outside a transaction of this module and of the database that
   *     holds the events' keys
   */
  public void publish(List<? extends Event> events) {
    if (events.isEmpty()) {
      return;
    }
    Running running = RUNNING.get();
    for (Event event : events) {
      if (running == null || running.database != this || running.node != nodeOf(event.key())) {
        throw new IllegalStateException(
            "an event is published inside the transaction of its change: " + event);
      }
    }
    nodeOf(events.getFirst().key())
        .primary()
        .jdbc()
        .sql(
            """
            INSERT INTO %s_outbox (shard, key, event_id, type, payload)
            SELECT shard, key, event_id, type, payload::jsonb
              FROM unnest(:shards, :keys, :eventIds, :types, :payloads)
                   WITH ORDINALITY AS e(shard, key, event_id, type, payload, n)
             ORDER BY n
            """
                .formatted(module))
        .param(
            "shards",
            events.stream().map(event -> Ids.shardOf(event.key())).toArray(Integer[]::new))
        .param("keys", events.stream().map(Event::key).toArray(Long[]::new))
        .param("eventIds", events.stream().map(event -> ids.next(event.key())).toArray(Long[]::new))
        .param(
            "types",
            events.stream().map(event -> event.getClass().getName()).toArray(String[]::new))
        .param("payloads", events.stream().map(json::apply).toArray(String[]::new))
        .update();
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            published.run();
          }
        });
  }

  /**
   * Waits until the events that were published before this call have been carried to their
   * consumers, so that a list which they keep shows what its reader has just seen happen. Gives up
   * after the given time: the list then lags. What the same request reads afterwards is fresh.
   */
  public void awaitCarried(java.time.Duration atMost) {
    Viewer.freshFromHere();
    long deadline = System.nanoTime() + atMost.toNanos();
    for (Node node : nodes) {
      long newest = outboxEnd(node, "max", Long.MAX_VALUE);
      while (newest > 0 && System.nanoTime() < deadline && outboxEnd(node, "min", newest) > 0) {
        java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
      }
    }
  }

  private long outboxEnd(Node node, String end, long upTo) {
    return node.primary()
        .jdbc()
        .sql(
            """
            -- every shard
            SELECT coalesce(%s(position), 0) FROM %s_outbox WHERE NOT parked AND position <= :upTo
            """
                .formatted(end, module))
        .param("upTo", upTo)
        .query(Long.class)
        .single();
  }

  /**
   * Tells the relay of this module's events when a transaction that published some has committed.
   */
  public void onPublished(Runnable signal) {
    this.published = signal;
  }

  /** Which of the module's databases, counted from 0, holds the key's shard. */
  public int nodeNumber(long shardKey) {
    return (int) ((long) Ids.shardOf(shardKey) * nodes.size() / Ids.SHARDS);
  }

  private Node nodeOf(long shardKey) {
    return nodes.get(nodeNumber(shardKey));
  }

  /** The transaction that this thread runs, which is one on this node. */
  private @Nullable Running refuseForeignTransaction(Node node) {
    Running running = RUNNING.get();
    if (running == null) {
      return null;
    }
    if (running.database != this) {
      throw new IllegalStateException(
          "no transaction crosses a module: %s used inside a transaction of %s"
              .formatted(module, running.database.module));
    }
    if (running.node != node) {
      throw new IllegalStateException(
          "no transaction crosses a shard: another database of %s is needed".formatted(module));
    }
    return running;
  }

  private void refuseAnyTransaction() {
    Running running = RUNNING.get();
    if (running != null) {
      throw new IllegalStateException(
          "all shards of %s are asked inside a transaction of %s"
              .formatted(module, running.database.module));
    }
  }
}
