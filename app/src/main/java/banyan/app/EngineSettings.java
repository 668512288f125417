package banyan.app;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which engine stands behind each port; {@link Engines} knows the names.
 *
 * @param events how events travel: {@code local}
 * @param files where files lie: {@code folder}
 * @param search what finds products: {@code postgres}
 */
@ConfigurationProperties("banyan.engines")
record EngineSettings(
    @DefaultValue("local") String events,
    @DefaultValue("folder") String files,
    @DefaultValue("postgres") String search) {}
