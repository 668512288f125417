/** Ids that carry their shard: time, node, sequence and the gene of the shard key. */
@NullMarked
package banyan.platform.ids;

import org.jspecify.annotations.NullMarked;
