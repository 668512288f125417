package banyan.business.sandbox;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.springframework.stereotype.Component;

/** The provider's mood, which passes. */
@Component
class Moods implements Sandbox {
  private record Spell(Mood mood, long endNanos) {}

  /** What a caller gets to see of a provider that is not well. */
  static final class Unwell extends RuntimeException {
    Unwell(String message) {
      super(message);
    }
  }

  private volatile Spell spell = new Spell(Mood.STEADY, 0);

  @Override
  public Mood mood() {
    Spell now = spell;
    return left(now) > 0 ? now.mood() : Mood.STEADY;
  }

  private static long left(Spell spell) {
    return spell.endNanos() - System.nanoTime();
  }

  @Override
  public void turn(Mood mood, Duration duration) {
    if (duration.isNegative() || duration.compareTo(SPELL_MAX) > 0) {
      throw new IllegalArgumentException("a spell lasts up to " + SPELL_MAX + ": " + duration);
    }
    spell = new Spell(mood, System.nanoTime() + duration.toNanos());
  }

  /** Does to a call what the mood asks for; a call that is given up meanwhile ends at once. */
  void suffer() {
    switch (mood()) {
      case HANGING -> {
        while (mood() == Mood.HANGING && !Thread.currentThread().isInterrupted()) {
          LockSupport.parkNanos(Math.max(1, left(spell)));
        }
        throw new Unwell("the sandbox hung");
      }
      case FAILING -> throw new Unwell("the sandbox answered 500");
      case STEADY, LATE, TWICE -> {
        // it answers
      }
    }
  }
}
