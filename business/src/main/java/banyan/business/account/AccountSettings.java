package banyan.business.account;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Sign-up and sign-in.
 *
 * @param signUpsPerMinute accounts one network address may open a minute on one node: an office or
 *     a load test behind one address fits, a flood does not
 * @param signInsPerMinute sign-ins one network address may try a minute on one node
 * @param signInsPerAccountPerMinute of these, for one e-mail address: a person mistypes a few
 *     times, a guesser thousands of times
 * @param passwordCost the bcrypt cost: each step doubles the work of every sign-in, and of every
 *     guess with a stolen table; 10 takes about 50 ms of a core. Below 10 is for tests only
 * @param passwordThreads passwords worked on at once on one node; 0: as many as it has cores
 * @param sessionLife how long a session lasts after its sign-in
 * @param sessionsMax sessions one account may have at once; the oldest end first
 */
@Validated
@ConfigurationProperties("banyan.account")
record AccountSettings(
    @DefaultValue("600") @Min(1) @Max(10_000_000) int signUpsPerMinute,
    @DefaultValue("600") @Min(1) @Max(10_000_000) int signInsPerMinute,
    @DefaultValue("30") @Min(1) @Max(10_000_000) int signInsPerAccountPerMinute,
    @DefaultValue("10") @Min(4) @Max(16) int passwordCost,
    @DefaultValue("0") @Min(0) @Max(256) int passwordThreads,
    @DefaultValue("30d") @DurationMin(seconds = 1) @DurationMax(days = 365) Duration sessionLife,
    @DefaultValue("1000") @Min(1) @Max(10_000) int sessionsMax) {}
