/** The shop window: shops, categories, products, SKUs, search. */
@ApplicationModule(allowedDependencies = {"account", "pricing", "inventory"})
@NullMarked
package banyan.business.catalog;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
