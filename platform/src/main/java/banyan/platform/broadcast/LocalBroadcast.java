package banyan.platform.broadcast;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Words within this process: whoever tells one calls all who listen. */
public final class LocalBroadcast implements Broadcast {
  private final Map<String, List<Listener>> listeners = new ConcurrentHashMap<>();

  @Override
  public void tell(String topic, Collection<String> words) {
    List<String> all = List.copyOf(words);
    if (!all.isEmpty()) {
      listeners.getOrDefault(topic, List.of()).forEach(listener -> listener.heard(all));
    }
  }

  @Override
  public void listen(String topic, Listener listener) {
    listeners.computeIfAbsent(topic, first -> new CopyOnWriteArrayList<>()).add(listener);
  }

  /** Says to all who listen, whatever the topic, that they may have missed something. */
  public void missed() {
    listeners.values().forEach(some -> some.forEach(Listener::missed));
  }
}
