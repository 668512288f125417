package banyan.checks.faces;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.Marketplace;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Somebody in front of a real, headless Chromium. Closing it fails when the browser's console has
 * said anything, so that no page breaks a promise unseen.
 */
final class Window implements AutoCloseable {
  /** How somebody looks at the shop. */
  record View(int width, int height, boolean script, boolean dark) {
    static final View DESK = new View(1280, 900, true, false);
    static final View PHONE = new View(390, 844, true, false);
    static final View DARK = new View(1280, 900, true, true);
    static final View NO_SCRIPT = new View(1280, 900, false, false);
  }

  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final double PATIENCE_MILLIS = 15_000;
  private static final List<String> WCAG =
      List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

  /** One for the JVM; it ends with it. */
  private static final class Shared {
    static final Browser BROWSER = launch();

    private static Browser launch() {
      Playwright playwright =
          Playwright.create(
              new Playwright.CreateOptions()
                  .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
      Runtime.getRuntime().addShutdownHook(new Thread(playwright::close));
      return playwright
          .chromium()
          .launch(
              new BrowserType.LaunchOptions()
                  .setExecutablePath(chromium().orElseThrow())
                  .setArgs(List.of("--no-sandbox", "--disable-gpu", "--force-color-profile=srgb")));
    }
  }

  private final BrowserContext context;
  private final Page page;
  private final View view;
  private final List<String> complaints = new ArrayList<>();

  private Window(View view) {
    this.view = view;
    this.context =
        Shared.BROWSER.newContext(
            new Browser.NewContextOptions()
                .setBaseURL(Marketplace.open().url())
                .setViewportSize(view.width(), view.height())
                .setJavaScriptEnabled(view.script())
                .setLocale("en-GB")
                .setColorScheme(view.dark() ? ColorScheme.DARK : ColorScheme.LIGHT));
    context.setDefaultTimeout(PATIENCE_MILLIS);
    this.page = context.newPage();
    page.onConsoleMessage(message -> {
      if (List.of("error", "warning").contains(message.type())) {
        complaints.add(message.type() + ": " + message.text() + " at " + message.location());
      }
    });
    page.onPageError(error -> complaints.add("script: " + error));
  }

  /** Opens a window, or skips the test, loudly, where there is no Chromium. */
  static Window open(View view) {
    boolean there = chromium().isPresent();
    if (!there) {
      System.err.println(
          "SKIPPED: no Chromium on the PATH, so no page was looked at; install it, for instance:"
              + " apt-get install chromium");
    }
    Assumptions.assumeTrue(there, "Chromium is not installed");
    return new Window(view);
  }

  private static Optional<Path> chromium() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(name ->
            Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Page page() {
    return page;
  }

  /** Goes to a path of the shop. */
  Window go(String path) {
    page.navigate(path);
    return this;
  }

  /** Fills the fields of a form by their labels, in turn. */
  Window fill(String... labelsAndValues) {
    for (int i = 0; i < labelsAndValues.length; i += 2) {
      page.getByLabel(labelsAndValues[i], new Page.GetByLabelOptions().setExact(true))
          .fill(labelsAndValues[i + 1]);
    }
    return this;
  }

  Window press(String button) {
    page.locator("main")
        .getByRole(
            com.microsoft.playwright.options.AriaRole.BUTTON,
            new com.microsoft.playwright.Locator.GetByRoleOptions().setName(button).setExact(true))
        .first()
        .click();
    return this;
  }

  /** What people can read in the middle of the page. */
  String text() {
    return page.locator("main").innerText();
  }

  /** Waits until the page says so. */
  Window says(String text) {
    page.getByText(text).first().waitFor();
    return this;
  }

  /** The status of the last page, asked again. */
  int status(String path) {
    return context.request().get(path).status();
  }

  /** Axe finds nothing, and the page fits. */
  Window isFitForEverybody() {
    if (view.script()) {
      List<String> found = axe().analyze().getViolations().stream().map(Window::told).toList();
      assertThat(found).as("axe on %s", page.url()).isEmpty();
    }
    return fits();
  }

  /** By night only the colours are others. */
  private AxeBuilder axe() {
    AxeBuilder axe = new AxeBuilder(page);
    return view.dark() ? axe.withRules(List.of("color-contrast")) : axe.withTags(WCAG);
  }

  /** No page scrolls sideways, and every word of it is there in the page's language. */
  Window fits() {
    if (view.script()) {
      assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
          .as("%s fits into %d pixels", page.url(), view.width())
          .isEqualTo(true);
    }
    assertThat(page.content()).as("words of %s", page.url()).doesNotContain("??");
    return this;
  }

  private static String told(Rule rule) {
    return rule.getId() + ": " + rule.getHelp() + " " + rule.getNodes().getFirst().getHtml();
  }

  /** Keeps a picture of the whole page, for people to look at. */
  Window picture(String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
    return this;
  }

  /** Forgets what the console has said: for pages that are meant to fail. */
  Window forgive() {
    complaints.clear();
    return this;
  }

  @Override
  public void close() {
    context.close();
    assertThat(complaints).as("the browser's console").isEmpty();
  }
}
