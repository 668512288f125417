package banyan.business.intake;

import banyan.business.account.Accounts;
import banyan.business.catalog.Catalog;
import banyan.business.flashsale.FlashSales;
import banyan.business.inventory.Inventory;
import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import banyan.platform.web.Role;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** The sample catalogue that lies beside the classes. */
@Service
class ShippedSample implements SampleMarket {
  private static final Logger log = LoggerFactory.getLogger(ShippedSample.class);

  record AccountEntry(String email, String name, String password, Set<Role> roles) {}

  record CategoryEntry(String slug, String name, @Nullable String parent) {}

  /**
   * @param price in minor units
   * @param sale a flash sale that begins with the marketplace
   */
  record SkuEntry(
      String code, long price, int stock, Map<String, String> options, @Nullable SaleEntry sale) {}

  record SaleEntry(long price, int quantity, int perBuyerMax, int days) {}

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
  private final FlashSales sales;
  private final Drawings drawings;

  ShippedSample(
      Accounts accounts,
      Catalog catalog,
      Inventory inventory,
      FlashSales sales,
      Drawings drawings) {
    this.accounts = accounts;
    this.catalog = catalog;
    this.inventory = inventory;
    this.sales = sales;
    this.drawings = drawings;
  }

  @Override
  public List<DemoAccounts.DemoAccount> accounts() {
    return drawings.market().accounts().stream()
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
    Market market = drawings.market();
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
            product.pictures().stream().map(drawings::hang).toList(),
            product.skus().stream()
                .map(sku ->
                    new Catalog.SkuDraft(
                        sku.code(), UnitPrice.of(new Money(sku.price(), currency)), sku.options()))
                .toList());
    switch (catalog.create(key, sellerId, draft)) {
      case Catalog.ProductWritten made -> {
        stock(key, sellerId, product, made);
        offer(currency, sellerId, product, made);
      }
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

  private void offer(
      String currency, long sellerId, ProductEntry product, Catalog.ProductWritten made) {
    for (SkuEntry sku : product.skus()) {
      SaleEntry sale = sku.sale();
      if (sale != null) {
        LocalDate end = LocalDate.now(ZoneOffset.UTC).plusDays(sale.days());
        sales.begin(
            "sample " + sku.code() + " until " + end,
            sellerId,
            Objects.requireNonNull(made.skuIds().get(sku.code())),
            UnitPrice.of(new Money(sale.price(), currency)),
            sale.quantity(),
            sale.perBuyerMax(),
            end.atStartOfDay(ZoneOffset.UTC).toInstant());
      }
    }
  }
}
