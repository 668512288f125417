package banyan.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Finds a request's handler without trying every pattern of the shop. Spring knows handlers without
 * variables in their path at once, and for all other requests matches each of some hundred and
 * fifty mappings in turn: an eighth of what reading a product costs the server. Here only those are
 * tried that begin as the path does. One that matches is the one that Spring would find; none or
 * several are left to Spring, and so are paths that are not written plainly.
 */
final class NarrowMapping extends RequestMappingHandlerMapping {
  /** One pattern of a mapping, and what stands in it before the first variable or wildcard. */
  private record Way(String beginning, RequestMappingInfo mapping, HandlerMethod handler) {}

  private volatile List<Way> ways = List.of();

  @Override
  protected void handlerMethodsInitialized(Map<RequestMappingInfo, HandlerMethod> handlers) {
    super.handlerMethodsInitialized(handlers);
    List<Way> all = new ArrayList<>();
    handlers.forEach((mapping, handler) ->
        mapping
            .getPatternValues()
            .forEach(pattern -> all.add(new Way(beginning(pattern), mapping, handler))));
    ways = List.copyOf(all);
  }

  private static String beginning(String pattern) {
    int end = 0;
    while (end < pattern.length() && "{*?\\".indexOf(pattern.charAt(end)) < 0) {
      end++;
    }
    return pattern.substring(0, end);
  }

  @Override
  protected @Nullable HandlerMethod lookupHandlerMethod(String path, HttpServletRequest request)
      throws Exception {
    if (path.indexOf('%') >= 0) {
      return super.lookupHandlerMethod(path, request);
    }
    @Nullable Way only = null;
    @Nullable RequestMappingInfo match = null;
    for (Way way : ways) {
      if (path.startsWith(way.beginning())
          && way.mapping().getMatchingCondition(request) instanceof RequestMappingInfo found) {
        if (only != null) {
          return super.lookupHandlerMethod(path, request);
        }
        only = way;
        match = found;
      }
    }
    if (only == null || match == null) {
      return super.lookupHandlerMethod(path, request);
    }
    request.setAttribute(BEST_MATCHING_HANDLER_ATTRIBUTE, only.handler());
    handleMatch(match, path, request);
    return only.handler();
  }
}
