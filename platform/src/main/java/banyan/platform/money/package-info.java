/** Amounts in minor units; unit prices with more places; splitting without losing a penny. */
@NullMarked
package banyan.platform.money;

import org.jspecify.annotations.NullMarked;
