/** A limit on everything that a caller can repeat. */
@NullMarked
package banyan.platform.limits;

import org.jspecify.annotations.NullMarked;
