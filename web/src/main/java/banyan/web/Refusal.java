package banyan.web;

import org.springframework.http.HttpHeaders;

/** The API refused, and the page has nothing better to say than that. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Answer answer;

  Refusal(Answer answer) {
    super(answer.status() + " " + answer.code(), null, false, false);
    this.answer = answer;
  }

  /** For what a page looks for among other things, and is not there. */
  public static Refusal notFound() {
    return new Refusal(new Answer(404, Tree.EMPTY, new HttpHeaders()));
  }

  /** For a page that shows what everybody may see, and is not everybody's all the same. */
  public static Refusal forbidden() {
    return new Refusal(new Answer(403, Tree.EMPTY, new HttpHeaders()));
  }

  public Answer answer() {
    return answer;
  }
}
