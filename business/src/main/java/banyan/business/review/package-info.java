/** What buyers say of what they received. */
@ApplicationModule(allowedDependencies = {"catalog", "order"})
@NullMarked
package banyan.business.review;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
