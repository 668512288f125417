@org.jspecify.annotations.NullMarked
package banyan.checks.structure.samples.web;
