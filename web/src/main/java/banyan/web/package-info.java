/** The faces: pages over the marketplace's public API. */
@NullMarked
package banyan.web;

import org.jspecify.annotations.NullMarked;
