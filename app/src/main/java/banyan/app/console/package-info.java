/** The operations console's half behind the API: what is measured, what it means, who watches. */
@NullMarked
package banyan.app.console;

import org.jspecify.annotations.NullMarked;
