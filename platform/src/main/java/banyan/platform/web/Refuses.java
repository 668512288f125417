package banyan.platform.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.http.HttpStatus;

/**
 * The refusals of a handler that its signature does not show. The documentation of the API names
 * them beside those that it does: whatever every request, a body, an id in a path or an idempotency
 * key can bring. A status that is not documented is never answered; the tests hold every answer
 * they get against the document.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Refuses {
  HttpStatus[] value();
}
