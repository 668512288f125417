/** Load on a running marketplace: arrivals, shoppers, counts, the witness's journal, the report. */
@NullMarked
package banyan.cli.load;

import org.jspecify.annotations.NullMarked;
