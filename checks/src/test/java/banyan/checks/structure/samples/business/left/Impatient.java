package banyan.checks.structure.samples.business.left;

import banyan.checks.structure.samples.engines.one.One;

/** The business must not know an engine. */
public class Impatient {
  public One one() {
    return new One();
  }
}
