package banyan.app;

import banyan.platform.ids.Ids;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * This process.
 *
 * @param stage the folder in {@code stages/} whose settings these are: what the console shows, and
 *     where it looks up what comes next
 * @param node its number, different in every running process: it is part of every id
 * @param home the folder that keeps the data of one machine: the embedded database, files, the
 *     secret
 * @param modules which modules this process hosts; {@code all}, or their names
 * @param drain how long whoever shares out requests needs to notice that this process is about to
 *     stop: for so long it says that it is not ready, and serves
 * @param secret what all nodes sign with; empty: one that is made and kept in {@code home}
 */
@Validated
@ConfigurationProperties("banyan")
public record NodeSettings(
    @DefaultValue("00-one-machine") String stage,
    @DefaultValue("0") @Min(0) @Max(Ids.NODE_MAX) int node,
    @DefaultValue(".banyan") Path home,
    @DefaultValue("all") List<String> modules,
    @DefaultValue("0s") Duration drain,
    @DefaultValue("") String secret) {}
