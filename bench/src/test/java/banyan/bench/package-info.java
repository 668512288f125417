@NullMarked
package banyan.bench;

import org.jspecify.annotations.NullMarked;
