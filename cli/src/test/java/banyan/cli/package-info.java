@NullMarked
package banyan.cli;

import org.jspecify.annotations.NullMarked;
