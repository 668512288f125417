package banyan.cli;

import java.time.Duration;
import java.util.Map;

/**
 * The payment provider treats everybody badly.
 *
 * @param mood as the sandbox knows it
 */
record SpoiltProvider(String mood) implements Breakage {
  /** It becomes steady by itself when the drill has died. */
  private static final int SECONDS = 15;

  @Override
  public void strike(Site site) {
    turn(site, mood, SECONDS);
  }

  @Override
  public void undo(Site site) {
    turn(site, "steady", 0);
  }

  private static void turn(Site site, String mood, int seconds) {
    Management.Answer answer =
        Management.post(
            site.folder().reachable().management() + "/sandbox",
            Map.of("mood", mood, "seconds", seconds),
            Duration.ofSeconds(10));
    if (answer.status() != 200) {
      throw Refusal.failed("the sandbox provider cannot be spoilt: " + answer.status());
    }
  }
}
