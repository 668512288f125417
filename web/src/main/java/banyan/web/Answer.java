package banyan.web;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.HttpHeaders;

/**
 * What the API answered.
 *
 * @param body the object; {@link Tree#EMPTY} when there is none
 */
public record Answer(int status, Tree body, HttpHeaders headers) {
  public boolean ok() {
    return status < 400;
  }

  /**
   * The body.
   *
   * @throws Refusal when the API refused, which becomes a page of its own
   */
  public Tree orRefuse() {
    if (!ok()) {
      throw new Refusal(this);
    }
    return body;
  }

  /** The objects of a page of the API. */
  public List<Tree> data() {
    return orRefuse().list("data");
  }

  /** Stable word for why not. */
  public String code() {
    return body.text("code");
  }

  /** What is wrong with which field of a form: messages by the last word of the pointer. */
  public Map<String, String> errors() {
    Map<String, String> errors = new TreeMap<>();
    for (Tree error : body.list("errors")) {
      String pointer = error.text("pointer");
      errors.putIfAbsent(pointer.substring(pointer.lastIndexOf('/') + 1), error.text("message"));
    }
    return errors;
  }
}
