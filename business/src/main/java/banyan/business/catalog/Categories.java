package banyan.business.catalog;

import banyan.platform.audit.Staff;
import banyan.platform.cache.Cache;
import banyan.platform.cache.Caches;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.web.Answers;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The tree of categories: small, read with every product, changed by hand. It lies on the first
 * database; every node keeps a copy that is a few seconds old at most.
 */
@Component
class Categories {
  /** Beyond it a tree helps nobody to find anything. */
  static final int COUNT_MAX = 2_000;

  static final int DEPTH_MAX = 6;

  private static final long HOME = 0;
  private static final String ALL = "all";

  /** What shows the tree itself is forgotten with each change of it. */
  static final String TAG = "categories";

  record Category(long categoryId, String slug, String name, @Nullable Long parentId, int place)
      implements Serializable {}

  /** What a change to the tree came to. */
  sealed interface Changed permits Saved, SlugTaken, NoSuchCategory, TreeRefuses {}

  record Saved(Category category) implements Changed {}

  record SlugTaken(String slug) implements Changed {}

  record NoSuchCategory(String slug) implements Changed {}

  record TreeRefuses(String detail) implements Changed {}

  /** What travels between nodes. */
  record Listing(List<Category> categories) {}

  /** The tree that was made of a listing; making one again for every reader would be a waste. */
  private record Grown(Listing listing, Tree tree) {}

  /** All categories at one moment. */
  static final class Tree {
    private final Map<Long, Category> byId = new LinkedHashMap<>();

    Tree(List<Category> categories) {
      categories.stream()
          .sorted(Comparator.comparingInt(Category::place).thenComparing(Category::name))
          .forEach(category -> byId.put(category.categoryId(), category));
    }

    Optional<Category> find(@Nullable Long categoryId) {
      return Optional.ofNullable(byId.get(categoryId == null ? Long.valueOf(-1) : categoryId));
    }

    Optional<Category> named(String slugOrId) {
      return byId.values().stream()
          .filter(c -> c.slug().equals(slugOrId) || Long.toString(c.categoryId()).equals(slugOrId))
          .findFirst();
    }

    List<Category> children(@Nullable Long parentId) {
      return byId.values().stream()
          .filter(c -> java.util.Objects.equals(c.parentId(), parentId))
          .toList();
    }

    /** The category and everything below it. */
    List<Long> branch(long categoryId) {
      List<Long> branch = new ArrayList<>(List.of(categoryId));
      for (int next = 0; next < branch.size(); next++) {
        children(branch.get(next)).forEach(child -> branch.add(child.categoryId()));
      }
      return branch;
    }

    /** From the root down to the category itself. */
    List<Category> path(@Nullable Long categoryId) {
      List<Category> path = new ArrayList<>();
      Optional<Category> step = find(categoryId);
      while (step.isPresent() && path.size() < DEPTH_MAX) {
        path.addFirst(step.get());
        step = find(step.get().parentId());
      }
      return path;
    }
  }

  private final Database database;
  private final Ids ids;
  private final Cache<String, Listing> copies;
  private final Answers answers;
  private volatile @Nullable Grown grown;

  Categories(Databases databases, Ids ids, Caches caches, Answers answers) {
    this.database = databases.module("catalog");
    this.ids = ids;
    this.copies = caches.named("categories", Listing.class);
    this.answers = answers;
  }

  /** The tree as this node knows it. */
  Tree tree() {
    Listing listing =
        Objects.requireNonNull(copies.get(ALL, all -> database.fresh(HOME, Categories::read)));
    Grown last = grown;
    if (last == null || last.listing() != listing) {
      last = new Grown(listing, new Tree(listing.categories()));
      grown = last;
    }
    return last.tree();
  }

  private static Listing read(JdbcClient jdbc) {
    return new Listing(
        jdbc.sql(
                """
                SELECT category_id, slug, name, parent_id, place FROM category
                 ORDER BY category_id LIMIT :limit
                """)
            .param("limit", COUNT_MAX)
            .query(Category.class)
            .list());
  }

  Changed create(String slug, String name, @Nullable String parent, int place, @Nullable Staff by) {
    return change((jdbc, tree) -> {
      if (tree.named(slug).isPresent()) {
        return new SlugTaken(slug);
      }
      if (tree.byId.size() >= COUNT_MAX) {
        return new TreeRefuses("has " + COUNT_MAX + " categories; merge some first");
      }
      Category above = parent == null ? null : tree.named(parent).orElse(null);
      if (parent != null && above == null) {
        return new NoSuchCategory(parent);
      }
      if (above != null && tree.path(above.categoryId()).size() >= DEPTH_MAX) {
        return new TreeRefuses("is at most " + DEPTH_MAX + " levels deep");
      }
      Category made =
          new Category(
              ids.next(HOME), slug, name, above == null ? null : above.categoryId(), place);
      write(
          jdbc,
          made,
          """
          INSERT INTO category (category_id, slug, name, parent_id, place)
          VALUES (:id, :slug, :name, :parent, :place)
          """);
      tell(by, "category-made", tree, made);
      return new Saved(made);
    });
  }

  /** Renames or moves a category; the slug stays, for others have written it down. */
  Changed edit(long categoryId, String name, @Nullable String parent, int place, Staff by) {
    return change((jdbc, tree) -> {
      Category old = tree.find(categoryId).orElse(null);
      Category above = parent == null ? null : tree.named(parent).orElse(null);
      if (old == null) {
        return new NoSuchCategory(Long.toString(categoryId));
      }
      if (parent != null && above == null) {
        return new NoSuchCategory(parent);
      }
      if (above != null && tree.branch(categoryId).contains(above.categoryId())) {
        return new TreeRefuses("cannot hang a category below itself");
      }
      int depth = above == null ? 0 : tree.path(above.categoryId()).size();
      if (depth + height(tree, categoryId) > DEPTH_MAX) {
        return new TreeRefuses("is at most " + DEPTH_MAX + " levels deep");
      }
      Category edited =
          new Category(
              categoryId, old.slug(), name, above == null ? null : above.categoryId(), place);
      write(
          jdbc,
          edited,
          """
          UPDATE category SET slug = :slug, name = :name, parent_id = :parent, place = :place
           WHERE category_id = :id
          """);
      tell(by, "category-changed", tree, edited);
      return new Saved(edited);
    });
  }

  private void tell(@Nullable Staff by, String action, Tree tree, Category category) {
    if (by != null) {
      String above =
          tree.find(category.parentId()).map(parent -> " below " + parent.name()).orElse("");
      String detail = category.name() + above + ", place " + category.place();
      database.publish(by.acted(category.categoryId(), action, "category", detail));
    }
  }

  private static int height(Tree tree, long categoryId) {
    return 1
        + tree.children(categoryId).stream()
            .mapToInt(child -> height(tree, child.categoryId()))
            .max()
            .orElse(0);
  }

  private static void write(JdbcClient jdbc, Category category, String statement) {
    jdbc.sql(statement)
        .param("id", category.categoryId())
        .param("slug", category.slug())
        .param("name", category.name())
        .param("parent", category.parentId(), java.sql.Types.BIGINT)
        .param("place", category.place())
        .update();
  }

  private interface Change {
    Changed apply(JdbcClient jdbc, Tree tree);
  }

  /** One change at a time: a rule about the whole tree needs the whole tree to stand still. */
  private Changed change(Change change) {
    Changed changed =
        database.write(
            HOME,
            jdbc -> {
              jdbc.sql("LOCK TABLE category IN SHARE ROW EXCLUSIVE MODE").update();
              return change.apply(jdbc, new Tree(read(jdbc).categories()));
            });
    copies.evict(ALL);
    answers.forget(List.of(TAG));
    return changed;
  }
}
