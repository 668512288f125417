package banyan.checks.structure.samples.platform;

import banyan.checks.structure.samples.business.left.Left;

/** The ground must not know the business. */
public class Ground {
  public Left left() {
    return new Left();
  }
}
