package banyan.business.sandbox;

import java.time.Duration;

/** Lets somebody who drills spoil the sandbox for a while, whatever tokens buyers bring. */
public interface Sandbox {
  /** How the provider treats everybody. */
  enum Mood {
    /** As each token says. */
    STEADY,
    /** Answers nothing until the spell ends; takes the money of every other charge. */
    HANGING,
    /** Fails at once; takes the money of every other charge before it does. */
    FAILING,
    /** Takes the money of an approved charge later, and says so by webhook. */
    LATE,
    /** As late, and sends each webhook twice, the last one first. */
    TWICE
  }

  /** The longest spell: a drill that died must not spoil a shop for ever. */
  Duration SPELL_MAX = Duration.ofMinutes(10);

  Mood mood();

  /**
   * Changes how the provider of this process behaves; it becomes steady again by itself.
   *
   * @throws IllegalArgumentException for a spell beyond {@link #SPELL_MAX}
   */
  void turn(Mood mood, Duration spell);
}
