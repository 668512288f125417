package banyan.platform.data;

import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** A database that is away, full or too busy: nothing is known to be wrong with the work. */
public final class Away {
  private Away() {}

  public static boolean is(Throwable fault) {
    return fault instanceof DataAccessResourceFailureException
        || fault instanceof TransientDataAccessException
        || fault instanceof QueryTimeoutException
        || fault instanceof CannotCreateTransactionException
        || fault instanceof TransactionSystemException;
  }

  /**
   * Adds a fault to a line of the log: in a few words when the database is away, which everybody
   * notices again and again, else with where it happened.
   */
  public static LoggingEventBuilder told(LoggingEventBuilder line, Throwable fault) {
    if (!is(fault)) {
      return line.setCause(fault);
    }
    Throwable root = fault;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return line.addKeyValue("cause", root.toString());
  }
}
