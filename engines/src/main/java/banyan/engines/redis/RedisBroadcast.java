package banyan.engines.redis;

import banyan.platform.broadcast.Broadcast;
import banyan.platform.broadcast.LocalBroadcast;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Words by publish and subscribe. The server keeps nothing for who is not there, so both ends say
 * when something may have been lost: whoever was cut off tells his own listeners, and whoever could
 * not send tells all others to do so as soon as he can.
 */
public final class RedisBroadcast implements Broadcast {
  /** Words in one message: some ten kilobytes. */
  private static final int WORDS_MAX = 500;

  /** In the place of a topic: the sender could not say all that he wanted. */
  private static final String MISSED = "*";

  private final Redis redis;
  private final LocalBroadcast here = new LocalBroadcast();
  private final String self = Long.toHexString(ThreadLocalRandom.current().nextLong());
  private final AtomicBoolean unsent = new AtomicBoolean();

  public RedisBroadcast(Redis redis) {
    this.redis = redis;
    redis.attend(
        new Redis.Attendant() {
          @Override
          public void connected() {
            here.missed();
          }

          @Override
          public void alive() {
            if (unsent.compareAndSet(true, false)) {
              send(self + "\n" + MISSED);
            }
          }

          @Override
          public void lost() {
            here.missed();
          }

          @Override
          public void heard(String message) {
            hear(List.of(message.split("\n")));
          }
        });
  }

  private void hear(List<String> parts) {
    if (parts.size() < 2 || parts.getFirst().equals(self)) {
      return;
    }
    if (parts.get(1).equals(MISSED)) {
      here.missed();
    } else {
      here.tell(parts.get(1), parts.subList(2, parts.size()));
    }
  }

  @Override
  public void tell(String topic, Collection<String> words) {
    here.tell(topic, words);
    List<String> all = List.copyOf(words);
    for (int from = 0; from < all.size(); from += WORDS_MAX) {
      List<String> part = all.subList(from, Math.min(from + WORDS_MAX, all.size()));
      send(self + "\n" + topic + "\n" + String.join("\n", part));
    }
  }

  private void send(String message) {
    redis
        .publish(message)
        .whenComplete((heardBy, fault) -> {
          if (fault != null) {
            unsent.set(true);
          }
        });
  }

  @Override
  public void listen(String topic, Listener listener) {
    here.listen(topic, listener);
  }
}
