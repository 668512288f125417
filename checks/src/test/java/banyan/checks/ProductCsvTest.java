package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProductCsvTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String CUPS =
      """
      handle,title,published,option1_name,option1_value,code,price,currency
      cup,Cup,true,Size,S,CUP-S,12.50,GBP
      cup,,,,L,CUP-L,15,GBP
      """;

  private final Marketplace market = Marketplace.open();
  private final Client seller = market.seller();

  private Answer send(Client by, String table, boolean dryRun) {
    return by.with("Content-Type", "text/csv")
        .send("POST", "/api/seller/products/csv?dryRun=" + dryRun, table);
  }

  private String download(Client by) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(market.url() + "/api/seller/products/csv"))
                .header("Authorization", by.authorization())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    return answer.body();
  }

  private long products() {
    return seller.get("/api/seller/products").expect(200).at("/data").size();
  }

  @Test
  void a_dry_run_says_row_by_row_what_would_happen_and_does_nothing() {
    String table = CUPS + "saucer,Saucer,maybe,,,SAU,3,GBP\nplate,Plate,,,,PLA,cheap,GBP\n";

    Answer report = send(seller, table, true).expect(200);

    assertThat(report.number("/created")).isEqualTo(2);
    assertThat(report.number("/refused")).isEqualTo(2);
    assertThat(report.text("/rows/0/outcome")).isEqualTo("CREATED");
    assertThat(report.number("/rows/2/row")).isEqualTo(4);
    assertThat(report.text("/rows/2/detail")).contains("published");
    assertThat(report.text("/rows/3/detail")).contains("cheap");
    assertThat(products()).isZero();
  }

  @Test
  void a_table_that_is_sent_twice_makes_nothing_twice() {
    assertThat(send(seller, CUPS, false).expect(200).number("/created")).isEqualTo(2);

    Answer again = send(seller, CUPS, false).expect(200);

    assertThat(again.number("/unchanged")).isEqualTo(2);
    assertThat(again.number("/created")).isZero();
    assertThat(products()).isEqualTo(1);
  }

  @Test
  void products_go_out_and_come_back_with_one_price_changed_and_nothing_else() throws Exception {
    send(seller, CUPS, false).expect(200);
    String out = download(seller);
    assertThat(send(seller, out, true).expect(200).number("/unchanged")).isEqualTo(2);

    Answer back = send(seller, out.replace("12.50", "11.25"), false).expect(200);

    assertThat(back.number("/changed")).isEqualTo(1);
    assertThat(back.text("/rows/0/detail")).isEqualTo("price: 12.50 → 11.25 GBP");
    Answer list = seller.get("/api/seller/products").expect(200);
    assertThat(list.number("/data/0/price/amount")).isEqualTo(1_125);
    assertThat(list.number("/data/0/priceMax/amount")).isEqualTo(1_500);
    assertThat(list.at("/data/0/published").asBoolean()).isTrue();
  }

  @Test
  void a_column_or_a_sku_that_is_not_in_the_table_stays_as_it_is() {
    send(seller, CUPS, false).expect(200);

    Answer report = send(seller, "handle;code;price\nmine;CUP-L;16,50\n", false).expect(200);

    assertThat(report.number("/changed")).isEqualTo(1);
    Answer product =
        seller.get("/api/seller/products/" + seller.get("/api/seller/products").text("/data/0/id"));
    assertThat(product.text("/title")).isEqualTo("Cup");
    assertThat(product.number("/skus/0/price/amount")).isEqualTo(1_250);
    assertThat(product.number("/skus/1/price/amount")).isEqualTo(1_650);
    assertThat(product.text("/skus/1/options/Size")).isEqualTo("L");
  }

  @Test
  void a_price_finer_than_a_penny_survives_an_edit_that_shows_it_rounded() throws Exception {
    send(seller, "handle,title,code,price,currency\nnail,Nail,N-1,0.0125,GBP\n", false).expect(200);
    String id = seller.get("/api/seller/products").text("/data/0/id");

    Map<String, Object> edited =
        Map.of(
            "title", "Iron nail",
            "description", "",
            "skus",
                java.util.List.of(
                    Map.of("code", "N-1", "price", Map.of("amount", 1, "currency", "GBP"))));
    seller.put("/api/seller/products/" + id, edited).expect(200);

    assertThat(download(seller)).contains("Iron nail").contains(",0.0125,GBP");
  }

  @Test
  void a_cell_that_a_spreadsheet_would_run_goes_out_as_text_and_comes_back_as_it_was()
      throws Exception {
    String evil = "=HYPERLINK(\"http://example.com\")";
    seller
        .post(
            "/api/seller/products",
            Map.of(
                "title",
                evil,
                "description",
                "'-1+1",
                "skus",
                java.util.List.of(
                    Map.of("code", "＝x", "price", Map.of("amount", 1, "currency", "GBP")))))
        .expect(201);

    String out = download(seller);

    assertThat(out).contains("\"'=HYPERLINK").contains("''-1+1").contains("'＝x");
    assertThat(send(seller, out, true).expect(200).number("/unchanged")).isEqualTo(1);
  }

  @Test
  void a_table_never_touches_the_products_of_another_shop() throws Exception {
    Client other = market.seller();
    send(other, CUPS, false).expect(200);
    String stolen = download(other).replace("12.50", "0.01");

    assertThat(send(seller, stolen, false).expect(200).number("/created")).isEqualTo(2);

    assertThat(other.get("/api/seller/products").number("/data/0/price/amount")).isEqualTo(1_250);
    assertThat(download(other)).doesNotContain("0.01");
  }

  @Test
  void a_file_that_is_no_table_of_products_or_too_large_is_refused_with_the_reason() {
    String[] bad = {
      "",
      "handle,code\n",
      "code,title\nA,B\n",
      "handle,code,colour\na,b,c\n",
      "handle,code\n\"a,b\n"
    };
    for (String table : bad) {
      Answer refused = send(seller, table, false).expect(422);
      assertThat(refused.text("/code")).isEqualTo("bad_csv");
    }
    assertThat(
            send(seller, "handle,code\n" + "a,b\n".repeat(5_001), true).expect(422).text("/detail"))
        .contains("5000");
    send(seller, "x".repeat(4 * 1024 * 1024 + 1), true).expect(413);
  }
}
