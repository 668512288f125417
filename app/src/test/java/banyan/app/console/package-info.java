@NullMarked
package banyan.app.console;

import org.jspecify.annotations.NullMarked;
