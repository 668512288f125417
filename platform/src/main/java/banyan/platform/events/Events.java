package banyan.platform.events;

import banyan.platform.data.Database;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How a module hears what others tell. Delivery is at least once and ordered for one key and one
 * type; events come in lists, so that a consumer can do a thousand of them with one statement. A
 * consumer that throws gets the events again, one by one, later and later; after five tries the
 * event is parked, the others go on. A try that failed because a database was away does not count.
 */
public interface Events {
  /**
   * Hears events in a transaction of the consumer's own database, each exactly once: the inbox
   * remembers them in the same transaction.
   *
   * @param consumer a stable name, for instance {@code insight.sales}
   * @param shardKey the id of whose family the consumer's rows are: the transaction runs where they
   *     lie, and the list has only events of that database
   */
  <E extends Event> void hear(
      String consumer,
      Database database,
      Class<E> type,
      ToLongFunction<? super E> shardKey,
      BiConsumer<JdbcClient, List<E>> listener);

  /** The same for rows of the family of the event's own key. */
  default <E extends Event> void hear(
      String consumer, Database database, Class<E> type, BiConsumer<JdbcClient, List<E>> listener) {
    hear(consumer, database, type, Event::key, listener);
  }

  /**
   * Hears events outside a transaction, to drive the next step of a flow in another module. The
   * step must be idempotent: an event may come again.
   */
  <E extends Event> void drive(String consumer, Class<E> type, Consumer<List<E>> listener);
}
