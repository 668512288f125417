/** The seller centre: goods, orders, promotions and money of one shop. */
@NullMarked
package banyan.web.seller;

import org.jspecify.annotations.NullMarked;
