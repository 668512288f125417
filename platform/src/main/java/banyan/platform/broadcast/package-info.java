/** Words to every node of the shop: at once, and without a promise. */
@NullMarked
package banyan.platform.broadcast;

import org.jspecify.annotations.NullMarked;
