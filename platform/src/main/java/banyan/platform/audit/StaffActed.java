package banyan.platform.audit;

import banyan.platform.events.Event;
import java.time.Instant;

/**
 * Somebody of the staff has changed something. Any module may tell it; the words are those of
 * {@link Staff#acted}.
 */
public record StaffActed(
    long key,
    long actorId,
    String requestId,
    String action,
    String kind,
    String target,
    String detail,
    Instant at)
    implements Event {}
