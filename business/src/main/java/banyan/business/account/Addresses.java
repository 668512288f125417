package banyan.business.account;

import banyan.platform.data.Database;
import banyan.platform.data.Intent;
import banyan.platform.ids.Ids;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** The address book of an account. */
@Service
class Addresses {
  /** More than anybody sends presents to. */
  static final int PER_ACCOUNT_MAX = 20;

  private static final String FULL = "full";

  /**
   * Where somebody lives.
   *
   * @param country ISO 3166, two letters
   */
  record Place(
      String name,
      String line1,
      @Nullable String line2,
      String city,
      String postcode,
      String country) {}

  record Kept(long addressId, Place place) {}

  /** What keeping an address came to. */
  sealed interface Keeping permits Done, Full {}

  record Done(Kept address) implements Keeping {}

  record Full() implements Keeping {}

  private final Database database;
  private final Ids ids;

  Addresses(AccountRows rows, Ids ids) {
    this.database = rows.database();
    this.ids = ids;
  }

  /** The account's addresses, oldest first: there are never many. */
  List<Kept> of(long accountId) {
    record Row(
        long addressId,
        String name,
        String line1,
        @Nullable String line2,
        String city,
        String postcode,
        String country) {}
    return database
        .read(
            accountId,
            jdbc ->
                jdbc.sql(
                        """
                        SELECT address_id, name, line1, line2, city, postcode, country
                          FROM account_address
                         WHERE shard = :shard AND account_id = :accountId
                         ORDER BY address_id
                         LIMIT :limit
                        """)
                    .param("shard", Ids.shardOf(accountId))
                    .param("accountId", accountId)
                    .param("limit", PER_ACCOUNT_MAX)
                    .query(Row.class)
                    .list())
        .stream()
        .map(row ->
            new Kept(
                row.addressId(),
                new Place(
                    row.name(),
                    row.line1(),
                    row.line2(),
                    row.city(),
                    row.postcode(),
                    row.country())))
        .toList();
  }

  /**
   * @param idempotencyKey null when the caller will not repeat; a repeat returns the first answer
   */
  Keeping add(@Nullable String idempotencyKey, long accountId, Place place) {
    String made =
        database.once(
            accountId,
            Intent.of("address " + accountId, idempotencyKey, place),
            jdbc -> {
              if (countAlone(jdbc, accountId) >= PER_ACCOUNT_MAX) {
                return FULL;
              }
              long id = ids.next(accountId);
              insert(jdbc, accountId, new Kept(id, place));
              return Long.toString(id);
            });
    return made.equals(FULL) ? new Full() : new Done(new Kept(Long.parseLong(made), place));
  }

  /** Counts with the account locked, so that two at once cannot both be the twentieth. */
  private static int countAlone(JdbcClient jdbc, long accountId) {
    jdbc.sql("SELECT 1 FROM account WHERE shard = :shard AND account_id = :accountId FOR UPDATE")
        .param("shard", Ids.shardOf(accountId))
        .param("accountId", accountId)
        .query(Integer.class)
        .single();
    return jdbc.sql(
            """
            SELECT count(*) FROM account_address
             WHERE shard = :shard AND account_id = :accountId
            """)
        .param("shard", Ids.shardOf(accountId))
        .param("accountId", accountId)
        .query(Integer.class)
        .single();
  }

  private static void insert(JdbcClient jdbc, long accountId, Kept address) {
    with(
            address.place(),
            jdbc.sql(
                """
                INSERT INTO account_address
                  (shard, account_id, address_id, name, line1, line2, city, postcode, country)
                VALUES
                  (:shard, :accountId, :addressId, :name, :line1, :line2, :city, :postcode, :country)
                """))
        .param("shard", Ids.shardOf(accountId))
        .param("accountId", accountId)
        .param("addressId", address.addressId())
        .update();
  }

  /** False when the account has no such address. */
  boolean replace(long accountId, Kept address) {
    return database.write(
        accountId,
        jdbc ->
            with(
                        address.place(),
                        jdbc.sql(
                            """
                            UPDATE account_address
                               SET name = :name, line1 = :line1, line2 = :line2, city = :city,
                                   postcode = :postcode, country = :country
                             WHERE shard = :shard AND account_id = :accountId
                               AND address_id = :addressId
                            """))
                    .param("shard", Ids.shardOf(accountId))
                    .param("accountId", accountId)
                    .param("addressId", address.addressId())
                    .update()
                == 1);
  }

  private static JdbcClient.StatementSpec with(Place place, JdbcClient.StatementSpec statement) {
    return statement
        .param("name", place.name())
        .param("line1", place.line1())
        .param("line2", place.line2())
        .param("city", place.city())
        .param("postcode", place.postcode())
        .param("country", place.country());
  }

  /** False when the account has no such address. */
  boolean remove(long accountId, long addressId) {
    return database.write(
        accountId,
        jdbc ->
            jdbc.sql(
                        """
                        DELETE FROM account_address
                         WHERE shard = :shard AND account_id = :accountId
                           AND address_id = :addressId
                        """)
                    .param("shard", Ids.shardOf(accountId))
                    .param("accountId", accountId)
                    .param("addressId", addressId)
                    .update()
                == 1);
  }
}
