/** Books: statements about the data that must hold at all times. */
@NullMarked
package banyan.platform.audit;

import org.jspecify.annotations.NullMarked;
