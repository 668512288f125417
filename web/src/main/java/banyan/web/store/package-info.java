/** The storefront: looking, buying, and what one has bought. */
@NullMarked
package banyan.web.store;

import org.jspecify.annotations.NullMarked;
