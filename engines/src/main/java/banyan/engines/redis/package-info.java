/** What nodes share and tell each other over a Valkey, or a Redis from version 7 on. */
@NullMarked
package banyan.engines.redis;

import org.jspecify.annotations.NullMarked;
