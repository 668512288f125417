/** Events travel through an outbox row beside the change; consumers keep an inbox. */
@NullMarked
package banyan.platform.events;

import org.jspecify.annotations.NullMarked;
