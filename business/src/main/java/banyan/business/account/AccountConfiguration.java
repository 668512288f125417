package banyan.business.account;

import banyan.platform.audit.Book;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The settings and the books of the accounts. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccountSettings.class)
class AccountConfiguration {
  @Bean
  Book everyAccountLivesWhereItsAddressSays(AccountRows rows) {
    return Book.of(
        "accounts-on-their-shard",
        "Every account lies on the shard of its e-mail address, so no address has two accounts.",
        rows.database(),
        """
        SELECT 'account ' || account_id || ' lies on shard ' || shard
          FROM account -- every shard
         WHERE (email ~ '^[ -~]*$' AND email_key <> lower(email)
            OR shard <> (get_byte(sha256(convert_to(email_key, 'UTF8')), 6) & 3) * 256
                        + get_byte(sha256(convert_to(email_key, 'UTF8')), 7))
         LIMIT :limit
        """);
  }

  @Bean
  Book everySessionHasItsAccount(AccountRows rows) {
    return Book.of(
        "sessions-have-accounts",
        "Every session and every address belongs to an account.",
        rows.database(),
        """
        SELECT kind || ' of the unknown account ' || account_id
          FROM (SELECT shard, account_id, 'a session' AS kind FROM account_session -- every shard
                 UNION ALL
                SELECT shard, account_id, 'an address' FROM account_address) owned
         WHERE NOT EXISTS (SELECT 1 FROM account a
                            WHERE a.shard = owned.shard AND a.account_id = owned.account_id)
         LIMIT :limit
        """);
  }

  @Bean
  Book addressBooksAreSmall(AccountRows rows) {
    return Book.of(
        "address-books-are-small",
        "No account keeps more than " + Addresses.PER_ACCOUNT_MAX + " addresses.",
        rows.database(),
        """
        SELECT 'account ' || account_id || ' keeps ' || count(*) || ' addresses'
          FROM account_address -- every shard
         GROUP BY shard, account_id
        HAVING count(*) > %d
         LIMIT :limit
        """
            .formatted(Addresses.PER_ACCOUNT_MAX));
  }
}
