package banyan.checks.structure.samples.engines.two;

import banyan.checks.structure.samples.app.Whole;

/** Nobody may know the application. */
public class Two {
  public String name() {
    return new Whole().toString();
  }
}
