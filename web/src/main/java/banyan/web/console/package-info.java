/** The operations console: what runs, how it is doing, what would bind next. */
@NullMarked
package banyan.web.console;

import org.jspecify.annotations.NullMarked;
