/** The yardstick: workloads of a marketplace, each beside its limit in the same run. */
@NullMarked
package banyan.bench;

import org.jspecify.annotations.NullMarked;
