package banyan.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** What a person sees who is turned away at the door. */
public interface BusyPage {
  /** HTML in UTF-8, ready made; null for a request that no person made. */
  byte @Nullable [] html(HttpServletRequest request);
}
