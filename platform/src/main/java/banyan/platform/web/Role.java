package banyan.platform.web;

/** What an account may be; an account can be several. */
public enum Role {
  BUYER,
  SELLER,
  SUPPORT,
  ADMIN
}
