package banyan.platform.data;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Lets one process at a time do a piece of background work. Work under a lease must survive being
 * done twice.
 */
public final class Lease {
  /** Long enough for a slow pass, short enough that a dead holder is not missed. */
  private static final int SECONDS = 15;

  private Lease() {}

  /**
   * Takes or renews the lease; false while another process holds it. One that ends later than a
   * lease can was written by a clock that was wrong, and counts as over.
   */
  public static boolean hold(JdbcClient jdbc, String module, String name, String holder) {
    return jdbc.sql(
                """
                INSERT INTO %1$s_lease AS l (name, holder, until)
                VALUES (:name, :holder, now() + make_interval(secs => %2$d))
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
                 WHERE l.until < now() OR l.until > now() + make_interval(secs => 2 * %2$d)
                    OR (l.holder = excluded.holder AND l.until < excluded.until - interval '5 seconds')
                RETURNING holder
                """
                    .formatted(module, SECONDS))
            .param("name", name)
            .param("holder", holder)
            .query(String.class)
            .optional()
            .isPresent()
        || jdbc.sql("SELECT holder = :holder FROM %s_lease WHERE name = :name".formatted(module))
            .param("holder", holder)
            .param("name", name)
            .query(Boolean.class)
            .single();
  }
}
