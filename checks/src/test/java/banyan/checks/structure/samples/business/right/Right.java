package banyan.checks.structure.samples.business.right;

import banyan.checks.structure.samples.business.left.Left;

/** Uses a module that it has not declared, which uses it. */
public class Right {
  public int right(Left left) {
    return left.hashCode();
  }
}
