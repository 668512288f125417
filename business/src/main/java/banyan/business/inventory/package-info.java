/** What is there: stock on hand, reservations, movements. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package banyan.business.inventory;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
