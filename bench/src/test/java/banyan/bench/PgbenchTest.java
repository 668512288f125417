package banyan.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PgbenchTest {
  private static final String AT = "2026-11-29 06:50:08.000 UTC [42] ";

  @Test
  void statements_of_the_log_come_with_their_values_and_unnest_learns_its_types() {
    String log =
        AT
            + "LOG:  execute S_1: SELECT o.id, o.total FROM unnest($1, $2) AS n(shard, word)\n\tJOIN o USING (shard)\n"
            + "\t WHERE o.buyer = $3 LIMIT $10\n"
            + AT
            + "DETAIL:  Parameters: $1 = '{6,-7}', $2 = '{\"it''s\",b}', $3 = '12', $10 = NULL\n"
            + AT
            + "LOG:  execute S_2: SELECT 1 FROM order_outbox\n"
            + AT
            + "LOG:  execute <unnamed>: WITH a AS (SELECT unnest($1::int[])) SELECT * FROM a\n"
            + AT
            + "DETAIL:  Parameters: $1 = '{1}'\n";
    assertThat(Pgbench.script(log))
        .isEqualTo(
            """
            SELECT o.id, o.total FROM unnest('{6,-7}'::bigint[], '{"it''s",b}'::text[]) AS n(shard, word)\
             JOIN o USING (shard) WHERE o.buyer = '12' LIMIT NULL;
            WITH a AS (SELECT unnest('{1}'::int[])) SELECT * FROM a;
            """);
  }

  @Test
  void a_request_that_asks_nothing_cannot_be_compared() {
    assertThatThrownBy(() -> Pgbench.script(AT + "LOG:  execute S_1: SELECT 1 FROM a_lease\n"))
        .isInstanceOf(BenchFailed.class);
  }
}
