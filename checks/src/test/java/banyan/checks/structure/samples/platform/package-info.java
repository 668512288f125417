/** A bad sample. */
@org.jspecify.annotations.NullMarked
package banyan.checks.structure.samples.platform;
