/** Journeys through the pages, in a real browser. */
@org.jspecify.annotations.NullMarked
package banyan.checks.faces;
