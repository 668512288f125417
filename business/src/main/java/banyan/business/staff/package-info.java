/** What the staff has done, and the switches it turns. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package banyan.business.staff;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
