package banyan.app.console;

import banyan.platform.web.Allow;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.Role;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How the marketplace is doing, for those who run it. */
@RestController
class ConsoleApi {
  static final String STREAM = "/api/admin/console/stream";

  private static final Duration COME_BACK = Duration.ofSeconds(30);

  private final Watch watch;
  private final Lamps lamps;
  private final ConsoleSettings settings;

  ConsoleApi(Watch watch, Lamps lamps, ConsoleSettings settings) {
    this.watch = watch;
    this.lamps = lamps;
    this.settings = settings;
  }

  /** Nodes, links, books and measures of this moment, and the last 15 minutes for charts. */
  @Allow({Role.SUPPORT, Role.ADMIN})
  @GetMapping("/api/admin/console")
  Snapshot show() {
    return watch.snapshot();
  }

  /**
   * The same without the 15 minutes, again and again, as server-sent events named {@code snapshot}.
   * It ends after some minutes; clients come back by themselves.
   */
  @Allow({Role.SUPPORT, Role.ADMIN})
  @Refuses(HttpStatus.TOO_MANY_REQUESTS)
  @GetMapping(path = STREAM, produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @ApiResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
              schema = @Schema(implementation = Snapshot.class)))
  void stream(HttpServletResponse response) throws IOException, InterruptedException {
    if (!watch.enter()) {
      throw Problem.of(
              HttpStatus.TOO_MANY_REQUESTS,
              "too_many_watchers",
              "Too many are watching; ask for single snapshots, or come back.")
          .retryAfter(COME_BACK);
    }
    try {
      response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
      response.setCharacterEncoding(StandardCharsets.UTF_8.name());
      // a proxy that collects the answer would show nothing for minutes
      response.setHeader("X-Accel-Buffering", "no");
      OutputStream out = response.getOutputStream();
      send(out, "retry: 2000\n\n");
      long end = System.nanoTime() + settings.watch().toNanos();
      long seen = watch.newest();
      while (watch.after(seen, Duration.ofNanos(end - System.nanoTime()))
          instanceof Watch.Frame frame) {
        seen = frame.number();
        out.write("event: snapshot\ndata: ".getBytes(StandardCharsets.UTF_8));
        out.write(frame.json());
        send(out, "\n\n");
      }
    } finally {
      watch.leave();
    }
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  record Books(List<Lamps.Lamp> data) {}

  /**
   * Has the books read now, one after the other; look again for what came of it.
   *
   * @param name of one book; all of them when it is not there
   */
  @Allow({Role.SUPPORT, Role.ADMIN})
  @Refuses(HttpStatus.NOT_FOUND)
  @PostMapping("/api/admin/console/checks")
  ResponseEntity<Books> check(
      @Nullable @RequestParam(required = false) @Size(max = 100) String name) {
    if (!lamps.want(name == null || name.isBlank() ? null : name)) {
      throw Problem.notFound("book");
    }
    return ResponseEntity.status(HttpStatus.ACCEPTED).body(new Books(lamps.all()));
  }
}
