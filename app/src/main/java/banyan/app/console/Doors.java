package banyan.app.console;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/**
 * How many connections the server holds, of how many it would. Requests run on virtual threads, so
 * there is no pool of threads to look at.
 */
final class Doors implements ApplicationListener<WebServerInitializedEvent> {
  static final String CONNECTIONS = "http.connections";
  static final String CONNECTIONS_MAX = "http.connections.max";

  private final MeterRegistry meters;

  Doors(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public void onApplicationEvent(WebServerInitializedEvent event) {
    boolean management = "management".equals(event.getApplicationContext().getServerNamespace());
    if (!management
        && event.getWebServer() instanceof TomcatWebServer server
        && server.getTomcat().getConnector().getProtocolHandler()
            instanceof AbstractProtocol<?> protocol) {
      Gauge.builder(CONNECTIONS, protocol, AbstractProtocol::getConnectionCount)
          .description("connections that the server holds")
          .register(meters);
      Gauge.builder(CONNECTIONS_MAX, protocol, AbstractProtocol::getMaxConnections)
          .description("connections that the server takes before others have to wait")
          .register(meters);
    }
  }
}
