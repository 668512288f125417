/** Money: captures, refunds, escrow, the ledger, payouts. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package banyan.business.payment;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
