/** The {@code banyan} command: starts, stops, shows and audits a marketplace. */
@NullMarked
package banyan.cli;

import org.jspecify.annotations.NullMarked;
