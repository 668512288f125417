package banyan.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.http.CacheControl;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.i18n.AbstractLocaleResolver;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.context.IWebContext;
import org.thymeleaf.dialect.AbstractDialect;
import org.thymeleaf.dialect.IExpressionObjectDialect;
import org.thymeleaf.expression.IExpressionObjectFactory;
import tools.jackson.databind.json.JsonMapper;

/** What pages need: the API as a parameter, languages, assets, words for templates. */
@Configuration(proxyBeanMethods = false)
@ComponentScan
public class Faces {
  private static final Duration A_YEAR = Duration.ofDays(365);

  @Bean
  FilterRegistrationBean<FaceFilter> faceFilter() {
    FilterRegistrationBean<FaceFilter> registration =
        new FilterRegistrationBean<>(new FaceFilter());
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 20);
    return registration;
  }

  /** The language is in the address, so that a page is the same for everybody who asks for it. */
  @Bean
  LocaleResolver localeResolver() {
    return new AbstractLocaleResolver() {
      @Override
      public Locale resolveLocale(HttpServletRequest request) {
        return FaceFilter.languageOf(request);
      }

      @Override
      public void setLocale(
          HttpServletRequest request,
          @Nullable HttpServletResponse response,
          @Nullable Locale locale) {
        throw new UnsupportedOperationException("the address says the language");
      }
    };
  }

  @Bean
  WebMvcConfigurer pages(
      ObjectProvider<DispatcherServlet> servlet, JsonMapper json, Assets assets) {
    return new WebMvcConfigurer() {
      @Override
      public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new ApiArgument(servlet, json));
      }

      @Override
      public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry
            .addResourceHandler(assets.base() + "**")
            .addResourceLocations(Assets.LOCATION)
            .setCacheControl(CacheControl.maxAge(A_YEAR).cachePublic().immutable());
        registry
            .addResourceHandler("/webjars/**")
            .addResourceLocations("classpath:/META-INF/resources/webjars/")
            .setCacheControl(CacheControl.maxAge(A_YEAR).cachePublic().immutable());
      }
    };
  }

  private record ApiArgument(ObjectProvider<DispatcherServlet> servlet, JsonMapper json)
      implements HandlerMethodArgumentResolver {
    @Override
    public boolean supportsParameter(MethodParameter parameter) {
      return parameter.getParameterType() == Api.class;
    }

    @Override
    public Object resolveArgument(
        MethodParameter parameter,
        @Nullable ModelAndViewContainer container,
        NativeWebRequest web,
        @Nullable WebDataBinderFactory binders) {
      HttpServletRequest request = web.getNativeRequest(HttpServletRequest.class);
      HttpServletResponse response = web.getNativeResponse(HttpServletResponse.class);
      if (request == null || response == null) {
        throw new IllegalStateException("not a servlet request");
      }
      return new InnerApi(servlet.getObject(), json, request, response);
    }
  }

  /** Gives templates {@code #face}. */
  @Bean
  IExpressionObjectDialect wordsForTemplates(Assets assets) {
    return new Words(assets);
  }

  private static final class Words extends AbstractDialect implements IExpressionObjectDialect {
    private final Assets assets;

    Words(Assets assets) {
      super("banyan");
      this.assets = assets;
    }

    @Override
    public IExpressionObjectFactory getExpressionObjectFactory() {
      return new IExpressionObjectFactory() {
        @Override
        public Set<String> getAllExpressionObjectNames() {
          return Set.of("face");
        }

        @Override
        public Object buildObject(IExpressionContext context, String name) {
          if (!(context instanceof IWebContext web)) {
            throw new IllegalStateException("pages are made for requests");
          }
          return new Face(web, assets);
        }

        @Override
        public boolean isCacheable(String name) {
          return true;
        }
      };
    }
  }
}
