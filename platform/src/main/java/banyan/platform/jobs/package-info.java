/** Background work that runs on one node at a time. */
@NullMarked
package banyan.platform.jobs;

import org.jspecify.annotations.NullMarked;
