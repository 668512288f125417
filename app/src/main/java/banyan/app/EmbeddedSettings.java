package banyan.app;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The PostgreSQL that this process starts when no other one is configured.
 *
 * @param port on 127.0.0.1; 0: any free one, chosen at the first start and kept
 * @param programs folder that keeps PostgreSQL's programs for all data folders of this user; empty:
 *     {@code ~/.cache/banyan}
 * @param sharedBuffersMiB its own cache of pages; on one machine the operating system caches too
 * @param walMiBMax of log between two checkpoints: more makes writing smoother and recovery longer
 * @param startup how long it may take until it answers; recovery after a power cut reads its log
 */
@Validated
@ConfigurationProperties("banyan.embedded")
record EmbeddedSettings(
    @DefaultValue("0") @Min(0) @Max(65_535) int port,
    @Nullable Path programs,
    @DefaultValue("128") @Min(16) @Max(65_536) int sharedBuffersMiB,
    @DefaultValue("1024") @Min(80) @Max(65_536) int walMiBMax,
    @DefaultValue("5m") Duration startup) {

  /** Where the programs may be unpacked, the best place first. */
  List<Path> programFolders(Path home) {
    return programs != null
        ? List.of(programs)
        : List.of(Path.of(System.getProperty("user.home"), ".cache", "banyan"), home);
  }
}
