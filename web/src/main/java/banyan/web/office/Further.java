package banyan.web.office;

import java.util.Map;
import java.util.TreeMap;
import org.springframework.web.util.UriComponentsBuilder;

/** The rest of a list: the same filters, from where the page ends. */
public record Further(Map<String, String> asked) {
  public String from(String cursor) {
    UriComponentsBuilder link = UriComponentsBuilder.newInstance();
    new TreeMap<>(asked)
        .forEach((name, value) -> {
          if (!value.isBlank() && !name.equals("cursor") && !name.equals("said")) {
            link.queryParam(name, "{" + name + "}");
          }
        });
    return link.queryParam("cursor", cursor).encode().buildAndExpand(asked).toUriString();
  }
}
