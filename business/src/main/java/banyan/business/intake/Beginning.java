package banyan.business.intake;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import java.util.List;
import org.springframework.stereotype.Component;

/** The first start of a marketplace. */
@Component
class Beginning implements DemoAccounts {
  private static final long HOME = 0;

  private final Database database;
  private final SampleMarket sample;

  Beginning(Databases databases, SampleMarket sample) {
    this.database = databases.module("intake");
    this.sample = sample;
  }

  /**
   * Fills a new marketplace if that is wanted; any later call, whatever is wanted then, does
   * nothing. A crash while filling leaves it undecided, and the next start goes on.
   */
  void decide(boolean wanted) {
    boolean decided =
        database.fresh(
            HOME,
            jdbc ->
                jdbc.sql("SELECT EXISTS (SELECT 1 FROM intake_beginning)")
                    .query(Boolean.class)
                    .single());
    if (decided) {
      return;
    }
    if (wanted) {
      sample.load();
    }
    database.change(
        HOME,
        jdbc ->
            jdbc.sql(
                    """
                    INSERT INTO intake_beginning (sample) VALUES (:sample) ON CONFLICT DO NOTHING
                    """)
                .param("sample", wanted)
                .update());
  }

  @Override
  public List<DemoAccount> demoAccounts() {
    boolean filled =
        database.read(
            HOME,
            jdbc ->
                jdbc.sql("SELECT EXISTS (SELECT 1 FROM intake_beginning WHERE sample)")
                    .query(Boolean.class)
                    .single());
    return filled ? sample.accounts() : List.of();
  }
}
