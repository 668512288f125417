package banyan.platform.events;

import banyan.platform.data.Database;
import banyan.platform.events.Consumers.Delivery;
import banyan.platform.ids.Ids;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Hands each event to a listener once, in the transaction that remembers it as heard.
 *
 * @param shardKey where the listener's rows lie; the memory lies beside them
 */
record Inbox<E extends Event>(
    String consumer,
    Database database,
    Class<E> type,
    ToLongFunction<? super E> shardKey,
    BiConsumer<JdbcClient, List<E>> listener) {

  void hear(List<Delivery> deliveries) {
    Map<Integer, List<Delivery>> byNode = new LinkedHashMap<>();
    for (Delivery delivery : deliveries) {
      byNode
          .computeIfAbsent(database.nodeNumber(keyOf(delivery)), n -> new ArrayList<>())
          .add(delivery);
    }
    byNode
        .values()
        .forEach(part -> database.change(keyOf(part.getFirst()), jdbc -> hear(jdbc, part)));
  }

  private void hear(JdbcClient jdbc, List<Delivery> deliveries) {
    Set<Long> unheard = remember(jdbc, deliveries);
    List<E> events =
        deliveries.stream()
            .filter(delivery -> unheard.contains(delivery.eventId()))
            .map(delivery -> type.cast(delivery.event()))
            .toList();
    if (!events.isEmpty()) {
      listener.accept(jdbc, events);
    }
  }

  /** Notes the events as heard; returns those that were not before. */
  private Set<Long> remember(JdbcClient jdbc, List<Delivery> deliveries) {
    return new HashSet<>(
        jdbc.sql(
                """
                INSERT INTO %s_inbox (shard, consumer, event_id)
                SELECT shard, :consumer, event_id
                  FROM unnest(:shards::smallint[], :eventIds::bigint[]) AS heard (shard, event_id)
                ON CONFLICT DO NOTHING
                RETURNING event_id
                """
                    .formatted(database.module()))
            .param("consumer", consumer)
            .param(
                "shards",
                deliveries.stream()
                    .map(delivery -> (short) Ids.shardOf(keyOf(delivery)))
                    .toArray(Short[]::new))
            .param("eventIds", deliveries.stream().map(Delivery::eventId).toArray(Long[]::new))
            .query(Long.class)
            .list());
  }

  private long keyOf(Delivery delivery) {
    return shardKey.applyAsLong(type.cast(delivery.event()));
  }
}
