/** Switches that an administrator can turn while the marketplace runs, read by OpenFeature. */
@NullMarked
package banyan.platform.toggles;

import org.jspecify.annotations.NullMarked;
