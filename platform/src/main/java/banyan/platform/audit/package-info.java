/** Books: statements about the data that must hold at all times; and what the staff has done. */
@NullMarked
package banyan.platform.audit;

import org.jspecify.annotations.NullMarked;
