package banyan.business.catalog;

import banyan.platform.audit.Staff;
import banyan.platform.ids.Ids;
import banyan.platform.web.Allow;
import banyan.platform.web.Answers;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.Role;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The tree of categories. */
@RestController
class CategoryController {
  private final Categories categories;

  CategoryController(Categories categories) {
    this.categories = categories;
  }

  record CategoryView(
      String id,
      String slug,
      String name,
      @Nullable String parent,
      int place,
      List<CategoryView> children) {}

  record CategoryTree(List<CategoryView> data) {}

  /**
   * @param slug made from the name when absent; later requests cannot change it
   * @param parent slug or id of the category above; absent for a root
   * @param place among its sisters, the lowest first
   */
  record CategoryRequest(
      @NotBlank @Size(max = 80) String name,
      @Nullable @Pattern(regexp = "[a-z0-9]+(-[a-z0-9]+)*") @Size(max = 80) String slug,
      @Nullable @Size(max = 80) String parent,
      @Nullable @Min(0) @Max(1_000_000) Integer place) {}

  @GetMapping("/api/categories")
  @Allow(everyone = true)
  CategoryTree tree(HttpServletResponse response) {
    response.setHeader(HttpHeaders.CACHE_CONTROL, ProductController.SHARED.getHeaderValue());
    response.addHeader(Answers.TAG, Categories.TAG);
    Categories.Tree tree = categories.tree();
    return new CategoryTree(tree.children(null).stream().map(root -> view(tree, root)).toList());
  }

  private static CategoryView view(Categories.Tree tree, Categories.Category category) {
    return new CategoryView(
        Long.toString(category.categoryId()),
        category.slug(),
        category.name(),
        category.parentId() == null ? null : Long.toString(category.parentId()),
        category.place(),
        tree.children(category.categoryId()).stream().map(child -> view(tree, child)).toList());
  }

  @PostMapping("/api/admin/categories")
  @Allow(Role.ADMIN)
  @Refuses(HttpStatus.CONFLICT)
  ResponseEntity<CategoryView> create(Staff staff, @RequestBody @Valid CategoryRequest request) {
    String slug = request.slug() == null ? Slug.words(request.name(), "category") : request.slug();
    CategoryView made =
        saved(
            categories.create(
                slug,
                request.name().strip(),
                request.parent(),
                Objects.requireNonNullElse(request.place(), 0),
                staff));
    return ResponseEntity.created(URI.create("/api/products?category=" + made.slug())).body(made);
  }

  @PutMapping("/api/admin/categories/{id}")
  @Allow(Role.ADMIN)
  @Refuses(HttpStatus.CONFLICT)
  CategoryView edit(
      Staff staff, @PathVariable String id, @RequestBody @Valid CategoryRequest request) {
    long categoryId = Ids.parse(id).orElseThrow(() -> Problem.notFound("category"));
    if (categories.tree().find(categoryId).isEmpty()) {
      throw Problem.notFound("category");
    }
    return saved(
        categories.edit(
            categoryId,
            request.name().strip(),
            request.parent(),
            Objects.requireNonNullElse(request.place(), 0),
            staff));
  }

  private CategoryView saved(Categories.Changed changed) {
    return switch (changed) {
      case Categories.Saved(Categories.Category category) -> view(categories.tree(), category);
      case Categories.SlugTaken(String slug) ->
          throw Problem.of(
              HttpStatus.CONFLICT, "slug_taken", "Another category has the slug " + slug + ".");
      case Categories.NoSuchCategory(String slug) ->
          throw Problem.invalid("/parent", "names no category: " + slug);
      case Categories.TreeRefuses(String detail) ->
          throw Problem.of(
              HttpStatus.CONFLICT, "tree_refuses", "The tree of categories " + detail + ".");
    };
  }
}
