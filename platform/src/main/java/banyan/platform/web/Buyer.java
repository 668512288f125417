package banyan.platform.web;

import java.io.Serializable;

/**
 * Whoever fills a cart: a member, or a guest known by a signed cookie. As a parameter of a handler
 * it gives a guest that cookie.
 *
 * @param id the account, or the guest; rows of a buyer carry its shard
 * @param member whether it is an account
 * @param guestId the guest this member was before signing in, 0 for none: what the guest put aside
 *     becomes the member's
 */
public record Buyer(long id, boolean member, long guestId) implements Serializable {}
