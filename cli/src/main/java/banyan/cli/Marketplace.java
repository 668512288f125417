package banyan.cli;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A marketplace that runs, seen from outside: one process, or a fleet of containers. */
sealed interface Marketplace permits DataFolder.Running, Fleet {
  /** Of the shop, on this machine. */
  int port();

  int managementPort();

  /** Of the build that was started; null when it was started from classes. */
  @Nullable String version();

  Instant since();

  /** Whether it has been ready once since it was started. */
  boolean ready();

  /** The heads of the processes whose work is this marketplace, by the name of their tier. */
  Map<String, ProcessHandle> tiers(DataFolder folder);

  /** What it is, in a few words: a process, or a stage of containers. */
  String what();

  default String shop() {
    return "http://localhost:" + port();
  }

  default String management() {
    return "http://127.0.0.1:" + managementPort() + "/actuator";
  }
}
