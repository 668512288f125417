package banyan.platform.data;

import org.postgresql.util.HostSpec;

/**
 * The address of a primary that may be any of several hosts. The one that became it last is asked
 * first: another one may have been frozen meanwhile and believe that nothing has happened.
 */
final class Way {
  private static final String SCHEME = "jdbc:postgresql://";

  private final String url;
  private volatile String known;

  Way(String url) {
    this.url = url;
    this.known = url;
  }

  String url() {
    return known;
  }

  void leadsTo(HostSpec primary) {
    if (url.startsWith(SCHEME)) {
      known =
          SCHEME
              + primary.getHost()
              + ":"
              + primary.getPort()
              + ","
              + url.substring(SCHEME.length());
    }
  }
}
