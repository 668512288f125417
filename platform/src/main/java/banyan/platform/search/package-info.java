/** Product search behind one port. */
@NullMarked
package banyan.platform.search;

import org.jspecify.annotations.NullMarked;
