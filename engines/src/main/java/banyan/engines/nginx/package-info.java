/** What the nodes say to an Nginx in front of them. */
@NullMarked
package banyan.engines.nginx;

import org.jspecify.annotations.NullMarked;
