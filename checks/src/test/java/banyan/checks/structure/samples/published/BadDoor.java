package banyan.checks.structure.samples.published;

import java.io.Serializable;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A door that gives out what cannot travel. */
public interface BadDoor {
  /** Not serializable. */
  record Plain(String name) {}

  /** A record may be serializable and still hold what is not. */
  record Holder(List<Thread> threads) implements Serializable {}

  /** Somebody could add a case that nobody counts. */
  interface Open extends Serializable {}

  /** Mutable. */
  class Bean implements Serializable {
    private static final long serialVersionUID = 1;
  }

  Plain plain();

  void hold(Holder holder);

  List<? extends Open> open(Supplier<String> name);

  Stream<Bean> beans();
}
