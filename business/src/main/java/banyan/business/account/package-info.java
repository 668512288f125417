/** Who people are: accounts, sign-in, addresses, roles. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package banyan.business.account;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
