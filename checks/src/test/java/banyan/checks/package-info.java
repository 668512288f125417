/** Tests about the whole house. */
@org.jspecify.annotations.NullMarked
package banyan.checks;
