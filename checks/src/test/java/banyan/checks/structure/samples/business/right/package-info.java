/** A bad sample: a module that uses what it has not declared. */
@org.springframework.modulith.ApplicationModule(allowedDependencies = {})
@org.jspecify.annotations.NullMarked
package banyan.checks.structure.samples.business.right;
