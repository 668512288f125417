package banyan.business.intake;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param sample whether a new marketplace begins with the sample catalogue; asked on the first
 *     start of a database only, so that a filled one stays as it is. Off by default: its passwords
 *     are known to everybody
 */
@ConfigurationProperties("banyan")
record SampleSettings(@DefaultValue("false") boolean sample) {}
