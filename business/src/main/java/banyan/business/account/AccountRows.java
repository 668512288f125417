package banyan.business.account;

import banyan.business.account.Accounts.Account;
import banyan.platform.audit.StaffActed;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.web.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of accounts. The shard key is the account, whose id carries its e-mail's shard. */
@Component
class AccountRows {
  private static final String COLUMNS =
      "account_id, email, name, password, array_to_string(roles, ',') AS roles";

  /**
   * An account with what only sign-in may see.
   *
   * @param password the hash; null when nobody can sign in
   */
  record Row(Account account, @Nullable String password) {
    @Override
    public String toString() {
      return "Row[" + account.accountId() + "]";
    }
  }

  private final Database database;

  AccountRows(Databases databases) {
    this.database = databases.module("account");
  }

  Database database() {
    return database;
  }

  /** Inserts the account; false when its e-mail address is taken. */
  static boolean insert(JdbcClient jdbc, Account account, @Nullable String password) {
    Email email = new Email(account.email());
    return jdbc.sql(
                """
                INSERT INTO account (shard, account_id, email, email_key, name, password, roles)
                VALUES (:shard, :id, :email, :emailKey, :name, :password, :roles)
                ON CONFLICT (shard, email_key) DO NOTHING
                """)
            .param("shard", Ids.shardOf(account.accountId()))
            .param("id", account.accountId())
            .param("email", email.text())
            .param("emailKey", email.key())
            .param("name", account.name())
            .param("password", password)
            .param("roles", names(account.roles()))
            .update()
        == 1;
  }

  Optional<Row> find(Email email) {
    return database.fresh(
        email.shardKey(),
        jdbc ->
            jdbc.sql(
                    """
                    SELECT %s
                      FROM account
                     WHERE shard = :shard AND email_key = :emailKey
                    """
                        .formatted(COLUMNS))
                .param("shard", Ids.shardOf(email.shardKey()))
                .param("emailKey", email.key())
                .query(AccountRows::row)
                .optional());
  }

  Optional<Row> find(long accountId) {
    return database.fresh(
        accountId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT %s
                      FROM account
                     WHERE shard = :shard AND account_id = :id
                    """
                        .formatted(COLUMNS))
                .param("shard", Ids.shardOf(accountId))
                .param("id", accountId)
                .query(AccountRows::row)
                .optional());
  }

  void rename(long accountId, String name) {
    database.change(
        accountId,
        jdbc ->
            jdbc.sql(
                    """
                    UPDATE account SET name = :name
                     WHERE shard = :shard AND account_id = :id
                    """)
                .param("name", name)
                .param("shard", Ids.shardOf(accountId))
                .param("id", accountId)
                .update());
  }

  /** Puts a new hash in the place of the old one; false when somebody else was faster. */
  static boolean replacePassword(JdbcClient jdbc, long accountId, String old, String fresh) {
    return jdbc.sql(
                """
                UPDATE account SET password = :fresh
                 WHERE shard = :shard AND account_id = :id AND password = :old
                """)
            .param("fresh", fresh)
            .param("shard", Ids.shardOf(accountId))
            .param("id", accountId)
            .param("old", old)
            .update()
        == 1;
  }

  /** Adds the role; false when the account has it or does not exist. */
  boolean grant(long accountId, Role role) {
    return database.write(
        accountId,
        jdbc ->
            jdbc.sql(
                        """
                        UPDATE account SET roles = array_append(roles, :role)
                         WHERE shard = :shard AND account_id = :id AND NOT :role = ANY (roles)
                        """)
                    .param("role", role.name())
                    .param("shard", Ids.shardOf(accountId))
                    .param("id", accountId)
                    .update()
                == 1);
  }

  /** Gives the account exactly these roles, and tells who has done it. */
  void setRoles(long accountId, Set<Role> roles, StaffActed told) {
    database.change(
        accountId,
        jdbc -> {
          int changed =
              jdbc.sql(
                      """
                      UPDATE account SET roles = :roles
                       WHERE shard = :shard AND account_id = :id
                      """)
                  .param("roles", names(roles))
                  .param("shard", Ids.shardOf(accountId))
                  .param("id", accountId)
                  .update();
          if (changed == 1) {
            database.publish(told);
          }
        });
  }

  /** Whether anybody but this account, on any shard, is an administrator. */
  boolean anyAdminBut(long accountId) {
    return database
        .each(jdbc ->
            jdbc.sql(
                    """
                    SELECT EXISTS (
                      SELECT 1 FROM account
                       WHERE 'ADMIN' = ANY (roles) AND account_id <> :but) -- every shard
                    """)
                .param("but", accountId)
                .query(Boolean.class)
                .single())
        .contains(true);
  }

  /**
   * Accounts of all shards, the newest first.
   *
   * @param prefix how the e-mail address or the name begins, in small letters; empty for all
   * @param role that they have; null for any
   * @param before only ids below this
   */
  List<Account> newest(String prefix, @Nullable Role role, long before, int limit) {
    String pattern = prefix.replaceAll("([\\\\%_])", "\\\\$1") + "%";
    return database
        .readEach(jdbc ->
            jdbc.sql(
                    """
                    SELECT %s
                      FROM account -- every shard
                     WHERE account_id < :before
                       AND (email_key LIKE :pattern OR lower(name) LIKE :pattern)
                       AND %s
                     ORDER BY account_id DESC
                     LIMIT :limit
                    """
                        // a name of ours, not of the caller: so that the index of that role serves
                        .formatted(COLUMNS, role == null ? "TRUE" : "'" + role + "' = ANY (roles)"))
                .param("before", before)
                .param("pattern", pattern)
                .param("limit", limit)
                .query(AccountRows::row)
                .list())
        .stream()
        .flatMap(Collection::stream)
        .map(Row::account)
        .sorted(Comparator.comparing(Account::accountId).reversed())
        .limit(limit)
        .toList();
  }

  private static String[] names(Set<Role> roles) {
    return EnumSet.copyOf(roles).stream().map(Role::name).toArray(String[]::new);
  }

  static Set<Role> roles(String joined) {
    return Arrays.stream(joined.split(",")).map(Role::valueOf).collect(Collectors.toSet());
  }

  private static Row row(ResultSet row, int number) throws SQLException {
    return new Row(
        new Account(
            row.getLong("account_id"),
            row.getString("email"),
            row.getString("name"),
            roles(row.getString("roles"))),
        row.getString("password"));
  }
}
