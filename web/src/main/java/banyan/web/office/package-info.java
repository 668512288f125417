/** The back office: what support and administrators look up, decide and switch. */
@NullMarked
package banyan.web.office;

import org.jspecify.annotations.NullMarked;
