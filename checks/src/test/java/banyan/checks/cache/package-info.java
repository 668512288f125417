/** Copies, in one process and shared by several, against a real server. */
@NullMarked
package banyan.checks.cache;

import org.jspecify.annotations.NullMarked;
