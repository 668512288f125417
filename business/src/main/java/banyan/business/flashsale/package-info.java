/** Sales with a window, their own stock and a limit for each buyer. */
@ApplicationModule(allowedDependencies = {"catalog", "pricing", "inventory"})
@NullMarked
package banyan.business.flashsale;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
