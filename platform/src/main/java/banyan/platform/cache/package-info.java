/** Copies near the reader; never the truth. */
@NullMarked
package banyan.platform.cache;

import org.jspecify.annotations.NullMarked;
