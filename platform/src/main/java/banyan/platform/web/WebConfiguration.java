package banyan.platform.web;

import banyan.platform.broadcast.Broadcast;
import banyan.platform.data.DataSettings;
import banyan.platform.data.Databases;
import banyan.platform.limits.Admission;
import banyan.platform.limits.AdmissionSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.apache.catalina.core.StandardHost;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.web.filter.RequestContextFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.pattern.PathPattern;
import tools.jackson.databind.JacksonModule;

/** Puts the guard at every door under {@code /api}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({WebSettings.class, AdmissionSettings.class})
@Import({Problems.class, ErrorPage.class, ApiDocumentation.class})
public class WebConfiguration {
  @Bean
  Admission admission(AdmissionSettings settings, MeterRegistry meters) {
    return new Admission(settings, meters);
  }

  @Bean
  FilterRegistrationBean<RequestTimer> requestTimer(MeterRegistry meters) {
    FilterRegistrationBean<RequestTimer> registration =
        new FilterRegistrationBean<>(new RequestTimer(meters));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    registration.setAsyncSupported(true);
    return registration;
  }

  /** Spring's dispatcher says to its threads whose request they work on; nobody asks before it. */
  @Bean
  FilterRegistrationBean<RequestContextFilter> onceIsEnough() {
    FilterRegistrationBean<RequestContextFilter> registration =
        new FilterRegistrationBean<>(new RequestContextFilter());
    registration.setEnabled(false);
    return registration;
  }

  /**
   * Before all others but those that time requests and give kept answers: what is turned away shall
   * have cost nothing.
   */
  @Bean
  FilterRegistrationBean<AdmissionFilter> admissionFirst(
      Admission admission,
      AdmissionSettings settings,
      Routes routes,
      ObjectProvider<BusyPage> page) {
    FilterRegistrationBean<AdmissionFilter> registration =
        new FilterRegistrationBean<>(
            new AdmissionFilter(admission, settings, routes, page.getIfAvailable()));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 4);
    registration.setAsyncSupported(true);
    return registration;
  }

  /**
   * Around all that may ask a database; where there are no copies nobody has to be told anything.
   */
  @Bean
  FilterRegistrationBean<FreshFilter> freshFilter(Databases databases, DataSettings settings) {
    FilterRegistrationBean<FreshFilter> registration =
        new FilterRegistrationBean<>(new FreshFilter(databases));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 5);
    registration.setEnabled(settings.hasReplicas());
    return registration;
  }

  @Bean
  CallerFilter callerFilter(Authenticator authenticator, WebSettings settings) {
    return new CallerFilter(authenticator, settings);
  }

  @Bean
  JacksonModule plainText() {
    return new PlainText();
  }

  /** The server's own refusals are problems too. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemsOfTheServer() {
    return factory ->
        factory.addContextCustomizers(context -> {
          if (context.getParent() instanceof StandardHost host) {
            host.setErrorReportValveClass(ProblemValve.class.getName());
          }
        });
  }

  /**
   * What a connection costs while nobody uses it: Tomcat's 16 KiB each would fill the heap with
   * fifteen thousand of them. A request fits, an answer goes out in a few pieces more.
   */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> leanConnections() {
    return factory ->
        factory.addConnectorCustomizers(connector -> {
          connector.setProperty("socket.appReadBufSize", "1024");
          connector.setProperty("socket.appWriteBufSize", "4096");
          // all connections are looked through for those that idled too long: beside 15,000 the
          // slowest hundredth of requests took 37 ms with once a second, 19 with every five seconds
          connector.setProperty("socket.timeoutInterval", "5000");
        });
  }

  @Bean
  SharedAnswers sharedAnswers(
      WebSettings settings,
      DataSettings data,
      Broadcast broadcast,
      ObjectProvider<CacheInFront> fronts,
      MeterRegistry meters) {
    return new SharedAnswers(
        settings.shared(),
        data.pastAfterEvent(),
        broadcast,
        fronts.orderedStream().toList(),
        meters);
  }

  /** After the filter that times requests, before all that looks at who calls. */
  @Bean
  FilterRegistrationBean<SharedAnswers> sharedAnswersFirst(SharedAnswers answers) {
    FilterRegistrationBean<SharedAnswers> registration = new FilterRegistrationBean<>(answers);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 3);
    return registration;
  }

  @Bean
  FilterRegistrationBean<CallerFilter> callerFilterFirst(CallerFilter filter) {
    FilterRegistrationBean<CallerFilter> registration = new FilterRegistrationBean<>(filter);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
    return registration;
  }

  @Bean
  WebMvcConfigurer guardEveryDoor(CallerFilter filter, GuestTokens guests) {
    ApiGuard guard = new ApiGuard(filter, guests);
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        // at every path: what a handler says of itself must not depend on how it is spelt
        registry.addInterceptor(guard);
      }

      @Override
      public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(guard);
      }
    };
  }

  @Bean
  WebMvcRegistrations shortWays() {
    return new WebMvcRegistrations() {
      @Override
      public RequestMappingHandlerMapping getRequestMappingHandlerMapping() {
        return new NarrowMapping();
      }

      @Override
      public RequestMappingHandlerAdapter getRequestMappingHandlerAdapter() {
        return JsonAnswers.adapter();
      }
    };
  }

  /**
   * A handler without {@link Allow} is open by mistake: the application does not start with one.
   */
  @Bean
  SmartInitializingSingleton everyDoorHasAGuard(
      ObjectProvider<RequestMappingHandlerMapping> mappings) {
    return () ->
        mappings.forEach(mapping ->
            mapping
                .getHandlerMethods()
                .forEach((info, method) -> {
                  boolean api =
                      info.getPathPatternsCondition() != null
                          && info.getPathPatternsCondition().getPatterns().stream()
                              .map(PathPattern::getPatternString)
                              .anyMatch(path -> path.startsWith("/api"));
                  if (api && !method.hasMethodAnnotation(Allow.class)) {
                    throw new IllegalStateException(
                        "who may call " + method + "? It has no @Allow");
                  }
                }));
  }
}
