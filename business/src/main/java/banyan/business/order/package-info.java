/** Checkout and the life of an order. */
@ApplicationModule(
    allowedDependencies = {
      "account",
      "catalog",
      "pricing",
      "inventory",
      "flashsale",
      "cart",
      "payment"
    })
@NullMarked
package banyan.business.order;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
