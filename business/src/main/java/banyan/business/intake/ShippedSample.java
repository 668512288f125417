package banyan.business.intake;

import banyan.business.account.Accounts;
import banyan.business.catalog.Catalog;
import banyan.business.inventory.Inventory;
import banyan.platform.files.Files;
import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import banyan.platform.web.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import tools.jackson.databind.json.JsonMapper;

/** The sample catalogue that lies beside the classes. */
@Service
class ShippedSample implements SampleMarket {
  private static final Logger log = LoggerFactory.getLogger(ShippedSample.class);

  record AccountEntry(String email, String name, String password, Set<Role> roles) {}

  record CategoryEntry(String slug, String name, @Nullable String parent) {}

  /**
   * @param price in minor units
   */
  record SkuEntry(String code, long price, int stock, Map<String, String> options) {}

  record ProductEntry(
      String title,
      String category,
      String description,
      List<String> pictures,
      List<String> options,
      List<SkuEntry> skus) {}

  record ShopEntry(String owner, String name, List<ProductEntry> products) {}

  /** The whole file. */
  record Market(
      String currency,
      List<AccountEntry> accounts,
      List<CategoryEntry> categories,
      List<ShopEntry> shops) {}

  private final Accounts accounts;
  private final Catalog catalog;
  private final Inventory inventory;
  private final Files files;
  private final JsonMapper json;

  ShippedSample(
      Accounts accounts, Catalog catalog, Inventory inventory, Files files, JsonMapper json) {
    this.accounts = accounts;
    this.catalog = catalog;
    this.inventory = inventory;
    this.files = files;
    this.json = json;
  }

  @Override
  public List<DemoAccounts.DemoAccount> accounts() {
    return json.readValue(resource("marketplace.json"), Market.class).accounts().stream()
        .map(entry ->
            new DemoAccounts.DemoAccount(
                Collections.max(entry.roles()).name().toLowerCase(Locale.ROOT),
                entry.email(),
                entry.password()))
        .toList();
  }

  @Override
  public void load() {
    long start = System.nanoTime();
    Market market = json.readValue(resource("marketplace.json"), Market.class);
    Map<String, Long> ids = new HashMap<>();
    for (AccountEntry entry : market.accounts()) {
      ids.put(
          entry.email(),
          accounts.ensure(entry.email(), entry.name(), entry.password(), entry.roles()));
    }
    for (CategoryEntry entry : market.categories()) {
      catalog.ensureCategory(entry.slug(), entry.name(), entry.parent());
    }
    for (ShopEntry shop : market.shops()) {
      long sellerId = Objects.requireNonNull(ids.get(shop.owner()), shop.owner());
      catalog.openShop("sample", sellerId, shop.name());
      for (ProductEntry product : shop.products()) {
        put(market.currency(), sellerId, product);
      }
    }
    log.atInfo()
        .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
        .log("the sample catalogue is loaded");
  }

  private void put(String currency, long sellerId, ProductEntry product) {
    String key = "sample " + product.skus().getFirst().code();
    Catalog.Draft draft =
        new Catalog.Draft(
            product.title(),
            product.description(),
            product.category(),
            true,
            product.options(),
            product.pictures().stream().map(this::hang).toList(),
            product.skus().stream()
                .map(sku ->
                    new Catalog.SkuDraft(
                        sku.code(), UnitPrice.of(new Money(sku.price(), currency)), sku.options()))
                .toList());
    switch (catalog.create(key, sellerId, draft)) {
      case Catalog.ProductWritten made -> stock(key, sellerId, product, made);
      case Catalog.CodeTaken refusal -> throw wrong(product, refusal);
      case Catalog.UnknownCategory refusal -> throw wrong(product, refusal);
      case Catalog.BadOptions refusal -> throw wrong(product, refusal);
    }
  }

  private static IllegalStateException wrong(ProductEntry product, Catalog.Written refusal) {
    return new IllegalStateException("sample product " + product.title() + ": " + refusal);
  }

  private void stock(String key, long sellerId, ProductEntry product, Catalog.ProductWritten made) {
    List<Inventory.Line> lines =
        product.skus().stream()
            .filter(sku -> sku.stock() > 0 && made.skuIds().containsKey(sku.code()))
            .map(sku ->
                new Inventory.Line(
                    Objects.requireNonNull(made.skuIds().get(sku.code())), sku.stock()))
            .toList();
    if (!lines.isEmpty()) {
      inventory.receiveAll(key, sellerId, lines);
    }
  }

  /** Copies a drawing to where pictures are seen; a drawing that was redrawn gets a new name. */
  private String hang(String drawing) {
    byte[] content = resource("pictures/" + drawing);
    CRC32 sum = new CRC32();
    sum.update(content);
    String name = drawing.replace(".svg", "-%08x.svg".formatted(sum.getValue()));
    files.write(name, content);
    return "/pictures/" + name;
  }

  private static byte[] resource(String name) {
    try (InputStream stream =
        ShippedSample.class.getClassLoader().getResourceAsStream("sample/" + name)) {
      return Objects.requireNonNull(stream, "no resource sample/" + name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
