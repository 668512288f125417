/** What buyers put aside: carts and favourites. */
@ApplicationModule(allowedDependencies = {"catalog", "pricing", "inventory", "flashsale"})
@NullMarked
package banyan.business.cart;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
