package banyan.checks.structure.samples.engines.one;

import banyan.checks.structure.samples.business.right.Right;

/** An engine must not know what its port is used for. */
public class Curious {
  public Right right() {
    return new Right();
  }
}
