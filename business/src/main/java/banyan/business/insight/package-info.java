/** What a seller wants to know: sales by day, best SKUs, open orders. */
@ApplicationModule(allowedDependencies = {"catalog", "order"})
@NullMarked
package banyan.business.insight;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
