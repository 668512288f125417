package banyan.platform.data;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
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
    @Nullable Map<String, List<String>> modules) {

  /** The databases of a module, in shard order. */
  List<String> urlsOf(String module) {
    return modules == null ? List.of(url) : modules.getOrDefault(module, List.of(url));
  }

  /** These settings with the address and the password of the embedded database filled in. */
  public DataSettings at(String embedded, String itsPassword) {
    return new DataSettings(embedded, user, itsPassword, poolMax, acquire, statement, modules);
  }
}
