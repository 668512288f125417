package banyan.platform.events;

import java.io.Serializable;

/** A fact that a module tells after it has happened; a record in past tense. */
public interface Event extends Serializable {
  /** The id whose shard the change was on; events of one key arrive in order. */
  long key();
}
