package banyan.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestResponseBodyMethodProcessor;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the records that the API's handlers return, as JSON, at once and with their length. Spring
 * would first find out for every answer which of its converters and media types suit the caller,
 * which costs a third of the writing. Whoever asks for something else than JSON is left to it.
 */
final class JsonAnswers implements HandlerMethodReturnValueHandler {
  private static final ClassValue<Boolean> ANSWERS =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return AnnotatedElementUtils.hasAnnotation(type, ResponseBody.class);
        }
      };
  private static final ClassValue<Boolean> RECORD =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return type.isRecord();
        }
      };

  private final RequestResponseBodyMethodProcessor usual;
  private final JsonMapper json;

  private JsonAnswers(RequestResponseBodyMethodProcessor usual, JsonMapper json) {
    this.usual = usual;
    this.json = json;
  }

  /** Spring's own adapter, with this before its other ways to write what a handler returns. */
  static RequestMappingHandlerAdapter adapter() {
    return new RequestMappingHandlerAdapter() {
      @Override
      public void afterPropertiesSet() {
        super.afterPropertiesSet();
        List<HandlerMethodReturnValueHandler> ways =
            new ArrayList<>(Objects.requireNonNull(getReturnValueHandlers()));
        JsonMapper mapper =
            only(getMessageConverters(), JacksonJsonHttpMessageConverter.class).getMapper();
        ways.addFirst(
            new JsonAnswers(only(ways, RequestResponseBodyMethodProcessor.class), mapper));
        setReturnValueHandlers(ways);
      }
    };
  }

  private static <T> T only(List<?> all, Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
  }

  @Override
  public boolean supportsReturnType(MethodParameter type) {
    return RECORD.get(type.getParameterType()) && ANSWERS.get(type.getContainingClass());
  }

  @Override
  public void handleReturnValue(
      @Nullable Object answer,
      MethodParameter type,
      ModelAndViewContainer container,
      NativeWebRequest web)
      throws Exception {
    HttpServletRequest request =
        Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class));
    if (answer == null
        || !wantsJson(request.getHeader("Accept"))
        || request.getAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE) != null) {
      usual.handleReturnValue(answer, type, container, web);
      return;
    }
    container.setRequestHandled(true);
    write(
        json.writeValueAsBytes(answer),
        Objects.requireNonNull(web.getNativeResponse(HttpServletResponse.class)));
  }

  private static boolean wantsJson(@Nullable String accept) {
    return accept == null
        || accept.equals(MediaType.ALL_VALUE)
        || accept.equals(MediaType.APPLICATION_JSON_VALUE);
  }

  private static void write(byte[] answer, HttpServletResponse response) throws IOException {
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.setContentLength(answer.length);
    response.getOutputStream().write(answer);
  }
}
