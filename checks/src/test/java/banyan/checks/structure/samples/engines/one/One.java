package banyan.checks.structure.samples.engines.one;

import banyan.checks.structure.samples.engines.two.Two;

/** One engine must not know another one. */
public class One {
  public Two two() {
    return new Two();
  }
}
