package banyan.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/**
 * The limit of what a Java web server can do here: an embedded Tomcat as it comes, with one servlet
 * that writes ready bytes ({@code /bytes}), and one that fetches as many bytes by key with one
 * prepared SELECT ({@code /row}). Arguments: port, bytes of an answer, rows, and the database's
 * URL, user and password.
 */
final class BareTomcat {
  private BareTomcat() {}

  public static void main(String[] args) throws LifecycleException, IOException {
    byte[] answer = "x".repeat(Integer.parseInt(args[1])).getBytes(StandardCharsets.UTF_8);
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("banyan-bench").toString());
    tomcat.setPort(Integer.parseInt(args[0]));
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context root = tomcat.addContext("", null);
    Tomcat.addServlet(root, "bytes", new Bytes(answer));
    root.addServletMappingDecoded("/bytes", "bytes");
    Tomcat.addServlet(root, "row", new Row(source(args), Integer.parseInt(args[2])));
    root.addServletMappingDecoded("/row", "row");
    tomcat.start();
    tomcat.getServer().await();
  }

  private static DataSource source(String[] args) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(args[3]);
    config.setUsername(args[4]);
    config.setPassword(args[5]);
    config.setMaximumPoolSize(24);
    return new HikariDataSource(config);
  }

  private static final class Bytes extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final byte[] answer;

    Bytes(byte[] answer) {
      this.answer = answer;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setContentType("application/json");
      response.setContentLength(answer.length);
      response.getOutputStream().write(answer);
    }
  }

  private static final class Row extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient DataSource source;
    private final int rows;

    Row(DataSource source, int rows) {
      this.source = source;
      this.rows = rows;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      byte[] answer;
      try (Connection connection = source.getConnection();
          PreparedStatement query =
              connection.prepareStatement("SELECT bytes FROM bench.page WHERE id = ?")) {
        query.setLong(1, ThreadLocalRandom.current().nextInt(rows));
        try (ResultSet row = query.executeQuery()) {
          if (!row.next()) {
            throw new SQLException("no such row");
          }
          answer = row.getString(1).getBytes(StandardCharsets.UTF_8);
        }
      } catch (SQLException e) {
        throw new IOException(e);
      }
      response.setContentType("application/json");
      response.setContentLength(answer.length);
      response.getOutputStream().write(answer);
    }
  }
}
