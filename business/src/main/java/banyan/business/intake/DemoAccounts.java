package banyan.business.intake;

import java.io.Serializable;
import java.util.List;

/** The accounts to look around with, for whoever has just started the marketplace. */
public interface DemoAccounts {
  /**
   * One of them.
   *
   * @param role the highest it has: admin, support, seller or buyer
   */
  record DemoAccount(String role, String email, String password) implements Serializable {}

  /** None when this marketplace began empty. */
  List<DemoAccount> demoAccounts();
}
