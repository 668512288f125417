package banyan.platform.nodes;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param beat how often a node says that it lives: one small statement, which no disk waits for
 * @param silent after how long without a word a node is gone; several beats, for one may be lost
 * @param shown how long a node that is gone is still shown: whoever looks up sees that it was there
 */
@ConfigurationProperties("banyan.nodes")
public record NodesSettings(
    @DefaultValue("1s") Duration beat,
    @DefaultValue("5s") Duration silent,
    @DefaultValue("60s") Duration shown) {
  public NodesSettings {
    if (beat.toMillis() < 100) {
      throw new IllegalArgumentException("banyan.nodes.beat must be 100ms or more");
    }
    if (silent.compareTo(beat.multipliedBy(3)) < 0) {
      throw new IllegalArgumentException("banyan.nodes.silent must be 3 beats or more");
    }
  }
}
