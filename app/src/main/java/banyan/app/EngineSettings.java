package banyan.app;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which engine stands behind each port; {@link Engines} knows the names.
 *
 * @param events how events travel: {@code local}
 * @param files where files lie: {@code folder}
 * @param search what finds products: {@code postgres}
 * @param searchKept how long an answer of it is kept; 0: not at all
 * @param proxies base URLs of the doors that proxies in front have for the nodes; they are told
 *     which of the pages that they keep are out of date
 */
@ConfigurationProperties("banyan.engines")
record EngineSettings(
    @DefaultValue("local") String events,
    @DefaultValue("folder") String files,
    @DefaultValue("postgres") String search,
    @DefaultValue("10s") Duration searchKept,
    @DefaultValue({}) List<URI> proxies) {}
