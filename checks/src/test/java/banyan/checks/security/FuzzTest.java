package banyan.checks.security;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.ApiDocument;
import banyan.checks.ApiDocument.Operation;
import banyan.platform.audit.Book;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every operation that the document names, every form of the pages and every door of the management
 * port, asked what they do not expect, by everybody. Whatever is sent, the answer is one that was
 * promised; afterwards every book still balances.
 *
 * <p>{@code -Dbanyan.fuzz=200} sends so many requests to each operation, {@code -Dbanyan.seed=…}
 * the same ones again, {@code -Dbanyan.only=/api/cart} to some paths only, {@code
 * -Dbanyan.statuses=true} tells what was answered how often. Each failure comes with a line for a
 * shell: {@code $BANYAN} is the address of a shop, {@code $SELLER} and so on the token of a
 * session.
 */
class FuzzTest {
  private static final int SHOTS = Integer.getInteger("banyan.fuzz", 8);
  private static final long SEED = Long.getLong("banyan.seed", System.nanoTime() & 0xFFFFFFFFL);
  private static final String ONLY = System.getProperty("banyan.only", "");

  /** Failures told of one operation; more of them say the same. */
  private static final int TOLD_MAX = 3;

  private static final Pattern ROLES = Pattern.compile("Roles: ([A-Z, ]+)\\.");

  @SuppressWarnings("NullAway.Init")
  private static Crowd crowd;

  private final Map<String, List<String>> wrong = new TreeMap<>();
  private final Map<String, Integer> statuses = new TreeMap<>();

  @BeforeAll
  static void somebodyIsThere() {
    System.out.println("FuzzTest: -Dbanyan.seed=" + SEED + " -Dbanyan.fuzz=" + SHOTS);
    crowd = new Crowd();
  }

  @AfterAll
  static void stop() {
    crowd.close();
  }

  @AfterEach
  void tellAndLookAtTheBooks() {
    if (Boolean.getBoolean("banyan.statuses")) {
      statuses.forEach((what, count) -> System.out.println(what + " × " + count));
    }
    assertThat(statuses.size()).as("kinds of answers").isGreaterThan(5);
    assertThat(told()).as("-Dbanyan.seed=%d: %s", SEED, wrong.keySet()).isEmpty();
    for (Book book : crowd.market().parts(Book.class)) {
      assertThat(book.violations()).as(book.statement()).isEmpty();
    }
  }

  private String told() {
    StringBuilder text = new StringBuilder();
    wrong.forEach((operation, failures) -> {
      text.append("\n").append(operation).append(": ").append(failures.size()).append(" failures");
      failures.stream().limit(TOLD_MAX).forEach(one -> text.append("\n  ").append(one));
    });
    return text.toString();
  }

  private void note(String what, Shot shot, int status, Optional<String> objection) {
    statuses.merge(what + " " + status, 1, Integer::sum);
    objection.ifPresent(why ->
        wrong
            .computeIfAbsent(what, first -> new ArrayList<>())
            .add(shot.who() + ": " + why + "\n    " + shot.curl()));
  }

  /** The roles that the document names; everybody when it names none. */
  private static List<String> allowed(Operation operation) {
    Matcher roles = ROLES.matcher(operation.said().path("description").asString(""));
    return roles.find() ? List.of(roles.group(1).split(", ")) : List.of("BUYER", "", "OTHER");
  }

  /** Somebody who may, most times. */
  private static String whoever(List<String> allowed, Random random) {
    return Nasty.any(random.nextInt(4) > 0 ? allowed : Crowd.ALL, random);
  }

  private static String bearer(String who) {
    return who.isEmpty() ? "" : "Bearer " + crowd.token(who);
  }

  @Test
  void whatever_is_asked_the_answer_is_one_that_the_document_names() {
    ApiDocument api = ApiDocument.of(crowd.market().url());
    Answers answers = new Answers(api.root());
    List<Operation> all = new ArrayList<>(api.operations());
    // the staff takes goods from sale and cancels orders: last
    all.sort(Comparator.comparing(operation -> operation.path().startsWith("/api/admin")));
    for (Operation operation : all) {
      if (operation.toString().contains(ONLY)) {
        Random random = new Random(SEED ^ operation.toString().hashCode());
        Shots shots = new Shots(api, crowd.pool(), random);
        List<String> allowed = allowed(operation);
        for (int i = 0; i < SHOTS; i++) {
          String who = whoever(allowed, random);
          Shot shot = shots.next(operation, who, bearer(who));
          HttpResponse<byte[]> answer = shot.at(crowd.market().url());
          int status = answer.statusCode();
          note(operation.toString(), shot, status, answers.objection(operation, answer));
          if (status / 100 == 2) {
            crowd.pool().learn(operation.path(), Answers.read(answer));
          }
          // who is refused what his role may do has lost it
          if (allowed.contains(who) && !allowed.contains("")) {
            crowd.mend(who, status);
          }
        }
        crowd.turnEverythingOn();
      }
    }
  }

  @Test
  void no_form_and_no_address_of_a_page_makes_it_fail() {
    Random random = new Random(SEED);
    Pages pages = new Pages(crowd, random);
    for (String who : Crowd.ALL) {
      pages.walk(who);
    }
    assertThat(pages.size()).as("pages and forms found").isGreaterThan(60);
    for (int i = 0; i < SHOTS * 25; i++) {
      Shot shot = pages.next();
      HttpResponse<byte[]> answer = shot.at(crowd.market().url());
      note(shot.method() + " page", shot, answer.statusCode(), Pages.objection(answer));
      if (answer.statusCode() == 302 && shot.method().equals("POST")) {
        // it may have signed somebody out or turned something off
        crowd.mend(shot.who(), crowd.statusOf(shot.who()));
      }
    }
    crowd.turnEverythingOn();
  }

  @Test
  void no_question_makes_a_door_of_the_management_port_fail() {
    Random random = new Random(SEED);
    List<String> doors =
        List.of("health", "info", "prometheus", "audit", "imports", "imports/1", "journal", "env");
    for (int i = 0; i < SHOTS * 15; i++) {
      String door = Nasty.any(doors, random);
      String method = Nasty.any(List.of("GET", "POST", "DELETE", "PUT"), random);
      Shot shot = Pages.toManagement(method, "/actuator/" + door, random);
      HttpResponse<byte[]> answer = shot.at(crowd.market().managementUrl());
      boolean fault = answer.statusCode() >= 500;
      note(
          method + " " + door,
          shot,
          answer.statusCode(),
          fault ? Optional.of("a fault: " + answer.statusCode()) : Optional.empty());
    }
  }
}
