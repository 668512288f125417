package banyan.bench;

import banyan.bench.Shop.Place;
import banyan.bench.Shop.Sku;
import banyan.bench.Shop.Ware;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The goods that every shop is given, from the file that {@link Market} wrote.
 *
 * @param goods the SKUs' codes and prices (cents), by the product's title
 */
record Catalogue(Map<String, Map<String, Integer>> goods) {
  // title, text, then from behind: code, price, units; none holds a comma but the text
  private static final Pattern ROW =
      Pattern.compile("[^,]*,([^,]*),.*,([^,]+),([0-9]+\\.[0-9]{2}),[0-9]+");

  static Catalogue read(Path csv) {
    Map<String, Map<String, Integer>> goods = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(csv)) {
        Matcher row = ROW.matcher(line);
        if (row.matches()) {
          int cents = new BigDecimal(row.group(3)).movePointRight(2).intValueExact();
          goods
              .computeIfAbsent(row.group(1), title -> new LinkedHashMap<>())
              .put(row.group(2), cents);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Catalogue(goods);
  }

  /** The same goods as a shop keeps them. */
  List<Ware> at(Shop shop) {
    Map<String, Place> places;
    try (Wire wire = shop.connect()) {
      places = shop.places(wire);
    }
    List<Ware> wares = new ArrayList<>();
    goods.forEach((title, prices) -> {
      List<Sku> skus = new ArrayList<>();
      String slug = "";
      for (var price : prices.entrySet()) {
        Place place = places.get(price.getKey());
        if (place == null) {
          throw new BenchFailed(shop.name() + " does not sell " + price.getKey());
        }
        slug = place.slug();
        skus.add(new Sku(place.skuId(), price.getValue()));
      }
      wares.add(new Ware(title, slug, skus));
    });
    return wares;
  }

  /**
   * The product that any search by such words must find among 20: its title ends with them, and no
   * more than 20 have them all.
   */
  static @Nullable Ware found(List<Ware> wares, String words) {
    List<String> wanted = Arrays.asList(words.split(" "));
    List<Ware> hits =
        wares.stream()
            .filter(ware -> Arrays.asList(ware.title().split(" ")).containsAll(wanted))
            .toList();
    return hits.size() > 20
        ? null
        : hits.stream().filter(ware -> ware.title().contains(words)).findFirst().orElse(null);
  }
}
