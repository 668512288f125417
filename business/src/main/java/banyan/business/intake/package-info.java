/** Bulk import of products, buyers and orders. */
@ApplicationModule(
    allowedDependencies = {
      "account",
      "catalog",
      "pricing",
      "inventory",
      "flashsale",
      "order",
      "payment"
    })
@NullMarked
package banyan.business.intake;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
