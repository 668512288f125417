package banyan.checks.security;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a walk through the pages finds, links and forms, and requests that are like them. */
final class Pages {
  private static final Pattern LINK = Pattern.compile("href=\"(/(?!pictures|assets)[^\"#]*)");
  private static final Pattern FORM =
      Pattern.compile("<form[^>]*action=\"([^\"]+)\"[^>]*>(.*?)</form>", Pattern.DOTALL);
  private static final Pattern FIELD = Pattern.compile("name=\"([^\"]+)\"");
  private static final List<String> DOORS =
      List.of("/", "/cart", "/checkout", "/account", "/orders", "/seller", "/office", "/console");

  /** Pages one person looks at: enough to have seen each kind once. */
  private static final int PAGES_MAX = 40;

  private record Link(String who, String target) {}

  private record Form(String who, String action, Set<String> fields) {}

  private final Crowd crowd;
  private final Random random;
  private final List<Link> links = new ArrayList<>();
  private final List<Form> forms = new ArrayList<>();

  Pages(Crowd crowd, Random random) {
    this.crowd = crowd;
    this.random = random;
  }

  int size() {
    return links.size() + forms.size();
  }

  private Map<String, String> headers(String who) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", "text/html");
    headers.put("Sec-Fetch-Site", "same-origin");
    headers.put("Cookie", "banyan_session=" + crowd.token(who));
    return headers;
  }

  /** Looks at the pages that this person finds. */
  void walk(String who) {
    Deque<String> next = new ArrayDeque<>(DOORS);
    Set<String> kinds = new LinkedHashSet<>();
    Set<String> actions = new LinkedHashSet<>();
    while (!next.isEmpty() && kinds.size() < PAGES_MAX) {
      String target = next.poll();
      if (!kinds.add(kind(target))) {
        continue;
      }
      links.add(new Link(who, target));
      String html =
          new String(
              new Shot(who, "GET", target, headers(who), null).at(crowd.market().url()).body(),
              StandardCharsets.UTF_8);
      for (Matcher link = LINK.matcher(html); link.find(); ) {
        next.add(link.group(1).replace("&amp;", "&"));
      }
      for (Matcher form = FORM.matcher(html); form.find(); ) {
        String action = form.group(1).replace("&amp;", "&");
        if (actions.add(kind(action)) && action.startsWith("/")) {
          Set<String> fields = new LinkedHashSet<>();
          for (Matcher field = FIELD.matcher(form.group(2)); field.find(); ) {
            fields.add(field.group(1));
          }
          forms.add(new Form(who, action, fields));
        }
      }
    }
  }

  /** Addresses that differ by an id are the same page. */
  private static String kind(String target) {
    return target
        .replaceAll("\\d+", "0")
        .replaceAll("[?=][^&]*", "?")
        .replaceAll("kettle-\\S*", "k");
  }

  Shot next() {
    if (random.nextBoolean() && !forms.isEmpty()) {
      return filled(Nasty.any(forms, random));
    }
    Link link = Nasty.any(links, random);
    String target = link.target();
    String nasty = encoded(Nasty.any(Nasty.TEXT, random));
    target =
        switch (random.nextInt(4)) {
          case 0 -> target + (target.contains("?") ? "&" : "?") + Nasty.any(Nasty.QUERY, random);
          case 1 -> target.replaceAll("=[^&]*", "=" + Matcher.quoteReplacement(nasty));
          case 2 -> target.replaceAll("[^/]+$", Matcher.quoteReplacement(nasty));
          default -> (target.startsWith("/zh") ? "" : "/zh") + target + "?said=" + nasty;
        };
    String who = random.nextInt(3) > 0 ? link.who() : Nasty.any(Crowd.ALL, random);
    return new Shot(who, "GET", target, headers(who), null);
  }

  private Shot filled(Form form) {
    Map<String, String> headers = headers(form.who());
    StringBuilder body = new StringBuilder();
    for (String field : form.fields()) {
      if (random.nextInt(8) > 0) {
        String value =
            random.nextInt(3) == 0
                ? Nasty.any(Nasty.TEXT, random)
                : crowd.pool().known(field, random).orElse("1");
        body.append(field).append('=').append(encoded(value)).append('&');
      }
    }
    headers.put("Content-Type", "application/x-www-form-urlencoded");
    if (random.nextInt(12) == 0) {
      headers.put("Content-Type", "multipart/form-data; boundary=x");
    }
    if (random.nextInt(12) == 0) {
      headers.put("Content-Type", "application/json");
    }
    String action =
        random.nextInt(8) == 0
            ? form.action().replaceAll("\\d+", encoded(Nasty.any(Nasty.TEXT, random)))
            : form.action();
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    return new Shot(form.who(), "POST", action, headers, bytes);
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static Shot toManagement(String method, String target, Random random) {
    String path = random.nextBoolean() ? target : target + "/" + encoded(nasty(random));
    String query = random.nextBoolean() ? "" : "?id=" + encoded(nasty(random));
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    String member = Nasty.any(List.of("files", "acknowledged", "currency", "dryRun"), random);
    String body =
        random.nextInt(3) == 0
            ? Nasty.any(Nasty.JSON, random)
            : "{\"" + member + "\":" + Nasty.any(Nasty.JSON, random) + "}";
    byte[] bytes = method.equals("GET") ? null : body.getBytes(StandardCharsets.UTF_8);
    return new Shot("", method, path + query, headers, bytes);
  }

  private static String nasty(Random random) {
    return Nasty.any(Nasty.TEXT, random);
  }

  /** What is wrong with an answer; empty when nothing is. */
  static Optional<String> objection(HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    String type = answer.headers().firstValue("Content-Type").orElse("");
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    if (status >= 500
        && !(status == 503 && answer.headers().firstValue("Retry-After").isPresent())) {
      return Optional.of("a fault: " + status);
    }
    if (body.matches("(?s).*(?:\\b[a-z]+\\.[a-z.]+Exception|\\bat [a-z]+\\.[a-z.]+\\(|\\?\\?).*")) {
      return Optional.of("tells of the inside: " + status + " " + body);
    }
    String location = answer.headers().firstValue("Location").orElse("/");
    if (status / 100 == 3 && !location.matches("(?:http://127\\.0\\.0\\.1:\\d+)?/(?!/).*")) {
      return Optional.of("leads away: " + location);
    }
    boolean page = type.startsWith("text/html");
    if (page
        && !answer.headers().firstValue("Content-Security-Policy").orElse("").contains("'none'")) {
      return Optional.of(status + " as a page without a policy");
    }
    return Optional.empty();
  }
}
