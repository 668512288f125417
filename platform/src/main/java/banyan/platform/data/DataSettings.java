package banyan.platform.data;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which databases stand behind the modules.
 *
 * @param url of the database that every module without an entry of its own uses; empty: the
 *     embedded one
 * @param user that all of them know
 * @param password of that user
 * @param poolMax connections to one database: a few more than it has cores, for requests wait for
 *     commits, not for CPU. From 12 on they are divided: five twelfths for requests in which money
 *     moves, a quarter for those that look, a third for work that no request waits for
 * @param acquire how long a request waits for a connection before it is told to come back
 * @param statement how long one statement may run that no request waits for; where connections are
 *     divided, half of it when money moves, and a third when somebody looks
 * @param modules the URLs of a module that has databases of its own: with n of them, logical shard
 *     s lives in number s · n / 1024
 * @param replicas copies of the database at {@code url}, a URL for each node. All nodes may be
 *     named: whoever is the primary now is no copy
 * @param moduleReplicas the same for a module that has databases of its own: the copies of its n-th
 *     URL are the n-th text, parted by spaces
 * @param replicaLagMax how far a copy may be behind the primary and still be read: longer than a
 *     hiccup of the network; an edit is to be seen everywhere within a second, of which an answer
 *     takes its part
 * @param replicaProbe between two questions to a node where it is
 * @param replicaPoolMax connections to one copy: it serves lookers only
 */
@Validated
@ConfigurationProperties("banyan.data")
public record DataSettings(
    @DefaultValue("") String url,
    @DefaultValue("postgres") String user,
    @DefaultValue("postgres") String password,
    @DefaultValue("24") @Min(2) @Max(500) int poolMax,
    @DefaultValue("2s") Duration acquire,
    @DefaultValue("30s") Duration statement,
    @Nullable Map<String, List<String>> modules,
    @DefaultValue List<String> replicas,
    @Nullable Map<String, List<String>> moduleReplicas,
    @DefaultValue("700ms") Duration replicaLagMax,
    @DefaultValue("150ms") Duration replicaProbe,
    @DefaultValue("12") @Min(2) @Max(500) int replicaPoolMax) {
  public DataSettings {
    if (replicaProbe.toMillis() < 10 || replicaLagMax.compareTo(replicaProbe) < 0) {
      throw new IllegalArgumentException(
          "banyan.data: 10 ms ≤ replica-probe ≤ replica-lag-max does not hold");
    }
  }

  /** The databases of a module, in shard order. */
  List<String> urlsOf(String module) {
    return modules == null ? List.of(url) : modules.getOrDefault(module, List.of(url));
  }

  /** How long after an event a copy may still be read that has not replayed it. */
  public Duration pastAfterEvent() {
    return hasReplicas() ? replicaLagMax.plus(replicaProbe).plusSeconds(1) : Duration.ZERO;
  }

  /** Whether any database has copies that may be read. */
  public boolean hasReplicas() {
    return !replicas.isEmpty() || moduleReplicas != null && !moduleReplicas.isEmpty();
  }

  /** The copies of one database. */
  List<String> replicasOf(String primary) {
    List<String> all = new ArrayList<>();
    if (primary.equals(url)) {
      all.addAll(replicas);
    }
    if (moduleReplicas != null) {
      moduleReplicas.forEach((module, copies) -> {
        int number = urlsOf(module).indexOf(primary);
        if (number >= 0 && number < copies.size()) {
          all.addAll(List.of(copies.get(number).strip().split("\\s+")));
        }
      });
    }
    return all.stream().filter(copy -> !copy.isEmpty()).distinct().toList();
  }

  /** These settings with the address and the password of the embedded database filled in. */
  public DataSettings at(String embedded, String itsPassword) {
    return new DataSettings(
        embedded,
        user,
        itsPassword,
        poolMax,
        acquire,
        statement,
        modules,
        replicas,
        moduleReplicas,
        replicaLagMax,
        replicaProbe,
        replicaPoolMax);
  }
}
