package banyan.platform.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may call a handler. Every handler under {@code /api} carries one; the application does not
 * start with a handler that does not.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Allow {
  /** Everybody, signed in or not. */
  boolean everyone() default false;

  /** Accounts with one of these roles. */
  Role[] value() default {};
}
