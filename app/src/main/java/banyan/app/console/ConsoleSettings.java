package banyan.app.console;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * @param live pause between two looks while somebody watches
 * @param watch how long one watcher is served before he has to come back: his session may have
 *     ended, and a proxy may want its connection
 * @param watchersMax at a time; each is a connection and the copy of a picture every two seconds
 * @param bookPause least pause between two books that are read because somebody watches
 */
@Validated
@ConfigurationProperties("banyan.console")
record ConsoleSettings(
    @DefaultValue("2s") Duration live,
    @DefaultValue("5m") Duration watch,
    @DefaultValue("20") @Min(1) @Max(1_000) int watchersMax,
    @DefaultValue("10s") Duration bookPause) {}
