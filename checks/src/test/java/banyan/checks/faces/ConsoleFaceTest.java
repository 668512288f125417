package banyan.checks.faces;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.app.EmbeddedDatabase;
import banyan.business.account.Accounts;
import banyan.checks.Marketplace;
import banyan.checks.faces.Window.View;
import banyan.platform.data.Databases;
import banyan.platform.web.Role;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operations console in a browser: live with a script, whole without one. */
class ConsoleFaceTest {
  private final Marketplace market = Marketplace.open();

  private static Stream<View> views() {
    return Stream.of(View.DESK, View.PHONE, View.DARK);
  }

  private Window signedIn(View view, Role role) {
    String email = Marketplace.unique("watcher") + "@example.com";
    market.part(Accounts.class).ensure(email, "Watcher", "correct horse", Set.of(role));
    Window window = Window.open(view).go("/sign-in");
    window.fill("E-mail", email, "Password", "correct horse").press("Sign in");
    window.page().waitForURL("**/account");
    return window;
  }

  @ParameterizedTest
  @MethodSource("views")
  void the_console_is_live_and_fit_for_everybody(View view) {
    String name = view.dark() ? "dark" : view.width() < 500 ? "phone" : "desk";
    try (Window window = signedIn(view, Role.ADMIN)) {
      for (String language : List.of("", "/zh")) {
        window.go(language + "/console");
        window.says(language.isEmpty() ? "Live, as of" : "实时，截至");
        window.page().locator("#picture svg g").first().waitFor();
        window.page().locator("#chart-latency canvas").first().waitFor();
        assertThat(window.text()).contains("00-one-machine", "ledger-balanced");
        window
            .isFitForEverybody()
            .picture("console-" + (language.isEmpty() ? "en-" : "zh-") + name);
      }
    }
  }

  @Test
  void several_nodes_are_listed_and_one_that_stops_is_gone() {
    try (Window alone = signedIn(View.NO_SCRIPT, Role.SUPPORT);
        Window live = signedIn(View.DESK, Role.SUPPORT)) {
      alone.go("/console");
      assertThat(alone.page().locator("#fleet").isVisible()).isFalse();
      EmbeddedDatabase postgres = market.part(EmbeddedDatabase.class);
      try (Marketplace other =
          Marketplace.another(
              "--banyan.node=1",
              "--banyan.data.url=" + postgres.url(),
              "--banyan.data.password=" + postgres.password(),
              "--banyan.data.poolMax=12")) {
        String address = ":" + URI.create(other.url()).getPort();
        live.go("/console").says("Application nodes");
        live.page().locator("#fleet tr:has-text('node-1'):has-text('ready')").waitFor();
        assertThat(live.page().locator("#fleet").textContent()).contains("node-0", address);
        live.page().locator("#picture svg text:text-is('node-1')").waitFor();
        live.page().locator("#chart-latency canvas").first().waitFor();
        live.isFitForEverybody().picture("console-two-nodes");
        alone.go("/console");
        assertThat(alone.page().locator("#fleet").textContent()).contains("node-1", address);
        assertThat(alone.page().locator("#fleet-unknown").isVisible()).isFalse();
      }
      live.page().locator("#fleet tr:has-text('node-1'):has-text('gone')").waitFor();
      assertThat(live.page().locator("#picture svg .broken .kind").textContent())
          .isEqualTo("node-1 does not answer");
      live.picture("console-one-gone");
    } finally {
      market
          .part(Databases.class)
          .module("nodes")
          .change(0, jdbc -> jdbc.sql("DELETE FROM node WHERE number = 1").update());
    }
  }

  @Test
  void without_a_script_the_page_says_the_same_and_a_book_can_be_checked() {
    try (Window window = signedIn(View.NO_SCRIPT, Role.SUPPORT)) {
      window.go("/console");
      assertThat(window.text())
          .contains("What would bind next", "Application", "node-0", "stock-conserved");
      window.press("Check all now").says("The books are being read");
      assertThat(window.text()).doesNotContain("??");
    }
  }

  @Test
  void a_stranger_is_asked_to_sign_in_and_a_buyer_is_sent_away() {
    try (Window window = Window.open(View.NO_SCRIPT)) {
      window.go("/console");
      assertThat(window.page().url()).contains("/sign-in?next=");
    }
    try (Window window = signedIn(View.NO_SCRIPT, Role.BUYER)) {
      assertThat(window.status("/console")).isEqualTo(403);
    }
  }
}
