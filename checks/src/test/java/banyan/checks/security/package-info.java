/** Tests that mean harm: what somebody sends who wants the shop to fail or to tell. */
@org.jspecify.annotations.NullMarked
package banyan.checks.security;
