package banyan.platform.web;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The edge.
 *
 * @param jsonMax the largest JSON body that is read: a product with its hundred SKUs and a long
 *     description stays under a quarter of it
 * @param bodyMax the largest body of any other kind: pictures and lists of products; uploads in
 *     parts have {@code spring.servlet.multipart}
 * @param shared how long an answer that anybody may share is kept ready at most, when nobody tells
 *     that it has changed; 0: not at all
 */
@ConfigurationProperties("banyan.web")
record WebSettings(
    @DefaultValue("2MB") DataSize jsonMax,
    @DefaultValue("64MB") DataSize bodyMax,
    @DefaultValue("10s") Duration shared) {}
