/** A payment provider to play with: it behaves as real ones do on bad days. */
@ApplicationModule(allowedDependencies = {"payment"})
@NullMarked
package banyan.business.sandbox;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
