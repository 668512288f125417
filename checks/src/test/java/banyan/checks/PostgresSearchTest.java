package banyan.checks;

import banyan.platform.search.SearchIndex;

class PostgresSearchTest extends SearchContract {
  @Override
  SearchIndex index() {
    return Marketplace.open().part(SearchIndex.class);
  }
}
