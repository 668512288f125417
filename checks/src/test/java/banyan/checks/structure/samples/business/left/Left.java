package banyan.checks.structure.samples.business.left;

import banyan.checks.structure.samples.business.right.Right;

/** Uses a module that it has not declared, which uses it. */
public class Left {
  public int left(Right right) {
    return right.right(this);
  }
}
