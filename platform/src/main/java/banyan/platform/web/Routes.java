package banyan.platform.web;

import banyan.platform.limits.Urgency;
import org.jspecify.annotations.Nullable;

/** Knows how urgent a request is, by where it goes and nothing else: it is asked at the door. */
public interface Routes {
  /**
   * @param path decoded and without {@code ..}
   * @return null for what is never turned away: it costs next to nothing, or has a limit of its own
   */
  @Nullable Urgency urgency(String method, String path);
}
