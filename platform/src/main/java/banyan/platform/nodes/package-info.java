/** The nodes that share a database, as each of them knows the others. */
@NullMarked
package banyan.platform.nodes;

import org.jspecify.annotations.NullMarked;
