/**
 * Where everything comes together: main, the module map, the engine switch, the embedded database.
 */
@NullMarked
package banyan.app;

import org.jspecify.annotations.NullMarked;
