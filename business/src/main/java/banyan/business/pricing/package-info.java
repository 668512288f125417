/** What things cost: prices, coupons, shipping, tax, quotes. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package banyan.business.pricing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
