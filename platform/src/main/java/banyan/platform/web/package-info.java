/** The edge: who calls, what a problem looks like, how pages are cut. */
@NullMarked
package banyan.platform.web;

import org.jspecify.annotations.NullMarked;
