/**
 * Rules about the sources and classes of the whole house, each with a bad sample that it must
 * catch.
 */
@org.jspecify.annotations.NullMarked
package banyan.checks.structure;
