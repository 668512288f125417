/** One module's tables: which pool, which transaction, which shard. */
@NullMarked
package banyan.platform.data;

import org.jspecify.annotations.NullMarked;
