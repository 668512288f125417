/** The ground on real PostgreSQL: transactions, intents, events, shards. */
@org.jspecify.annotations.NullMarked
package banyan.checks.replicas;
