package banyan.business.review;

import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What must hold for reviews at all times. */
@Configuration(proxyBeanMethods = false)
class ReviewBooks {
  @Bean
  Book reviewsCounted(Databases databases) {
    Database database = databases.module("review");
    return Book.of(
        "reviews-counted",
        "The summary of every product counts exactly its reviews.",
        database,
        """
        -- every shard
        SELECT format('product %s: summary and reviews differ',
                      coalesce(s.product_id, r.product_id))
          FROM review_summary s
          FULL JOIN (SELECT shard, product_id,
                            count(*) FILTER (WHERE rating = 1) AS ones,
                            count(*) FILTER (WHERE rating = 2) AS twos,
                            count(*) FILTER (WHERE rating = 3) AS threes,
                            count(*) FILTER (WHERE rating = 4) AS fours,
                            count(*) FILTER (WHERE rating = 5) AS fives
                       FROM review GROUP BY shard, product_id) r
               USING (shard, product_id)
         WHERE (s.ones, s.twos, s.threes, s.fours, s.fives)
               IS DISTINCT FROM (r.ones, r.twos, r.threes, r.fours, r.fives)
         LIMIT :limit
        """);
  }
}
