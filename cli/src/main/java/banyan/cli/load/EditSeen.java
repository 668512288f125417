package banyan.cli.load;

import java.util.ArrayList;
import java.util.List;

/**
 * How long after a seller's edit somebody may still be shown what was there before, whatever keeps
 * copies on the way: the node's memory, the shared cache, the proxy.
 */
public final class EditSeen {
  /** After so many looks in a row that show the edit, no copy of the old one is left. */
  private static final int LOOKS = 12;

  private static final long GIVE_UP_NANOS = 20_000_000_000L;

  private EditSeen() {}

  /**
   * Edits a product of a new seller again and again.
   *
   * @param url of the shop
   * @return for each edit the milliseconds from the answer to the edit until the last look, as an
   *     API client and as a person, that still showed the old title
   * @throws LoadFailed when an edit is not seen within 20 s, or the shop does not answer
   */
  public static List<Long> millis(String url, int edits) {
    try (Shop shop = new Shop(url)) {
      Ware ware = shop.ware(shop.seller(), 1, 10);
      List<Long> millis = new ArrayList<>();
      for (int edit = 1; edit <= edits; edit++) {
        // a copy is wherever one is kept
        for (int look = 0; look < LOOKS; look++) {
          shop.shows(ware, "");
        }
        String title = "Edit %d of %s".formatted(edit, ware.slug);
        shop.retitle(ware, title);
        millis.add(untilSeen(shop, ware, title));
      }
      return millis;
    }
  }

  private static long untilSeen(Shop shop, Ware ware, String title) {
    long from = System.nanoTime();
    long lastOld = from;
    for (int seen = 0; seen < LOOKS; ) {
      if (shop.shows(ware, title)) {
        seen++;
      } else {
        seen = 0;
        lastOld = System.nanoTime();
      }
      if (lastOld - from > GIVE_UP_NANOS) {
        throw new LoadFailed("an edit is not seen after 20 s");
      }
    }
    return (lastOld - from) / 1_000_000;
  }
}
