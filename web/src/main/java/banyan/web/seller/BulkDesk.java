package banyan.web.seller;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;

/**
 * Many products by a file: first what would happen, then the same file again to do it. In between
 * it lies packed in the page, so that nothing is kept for somebody who does not come back.
 */
@Controller
class BulkDesk {
  /** As the API has it. */
  private static final int BYTES_MAX = 4 * 1024 * 1024;

  private static final int ROWS_MAX = 5_000;

  /** A field of a form may have 2 MB with all others. */
  private static final int PACKED_MAX = 1_900_000;

  /** Rows that a page shows; a browser is slow with more, and nobody reads them. */
  private static final int SHOWN_MAX = 500;

  @GetMapping("/seller/products/csv")
  String page(Api api, Model model) {
    api.find("/api/seller/products", Map.of("limit", 1)).orRefuse();
    return page(model);
  }

  private static String page(Model model) {
    model.addAttribute("rowsMax", ROWS_MAX);
    model.addAttribute("megabytesMax", BYTES_MAX / 1024 / 1024);
    return "seller/csv";
  }

  @PostMapping("/seller/products/csv")
  String send(
      Api api,
      Model model,
      HttpServletResponse response,
      @RequestParam(name = "file", required = false) @Nullable MultipartFile file,
      @RequestParam(defaultValue = "") String packed,
      @RequestParam(name = "do", defaultValue = "look") String action) {
    byte[] table = bytes(file, packed);
    if (table.length == 0) {
      response.setStatus(422);
      model.addAttribute("faults", List.of(ProductForm.Fault.of("csv.none")));
      return page(model);
    }
    Answer answer = api.send(call(table, !action.equals("apply")));
    if (!answer.ok()) {
      Desk.refused(model, response, Map.of(), answer);
      model.addAttribute("reason", answer.body().text("detail"));
      return page(model);
    }
    Tree report = answer.body();
    String again = pack(table);
    model.addAttribute("report", report);
    model.addAttribute("packed", again.length() > PACKED_MAX ? null : again);
    model.addAttribute(
        "rows",
        report.list("rows").stream()
            .sorted(Comparator.comparing(row -> !row.text("outcome").equals("REFUSED")))
            .limit(SHOWN_MAX)
            .toList());
    model.addAttribute("cut", report.list("rows").size() > SHOWN_MAX ? SHOWN_MAX : null);
    return page(model);
  }

  private static Api.Call call(byte[] table, boolean dryRun) {
    return new Api.Call(
        "POST", "/api/seller/products/csv", Map.of("dryRun", dryRun), table, "text/csv", null);
  }

  /** The rows that are refused, as a table of their own. */
  @PostMapping("/seller/products/csv/refused")
  ResponseEntity<byte[]> refused(Api api, @RequestParam(defaultValue = "") String packed) {
    Tree report = api.send(call(bytes(null, packed), true)).orRefuse();
    StringBuilder table = new StringBuilder("\uFEFFrow,handle,code,why\r\n");
    report.list("rows").stream()
        .filter(row -> row.text("outcome").equals("REFUSED"))
        .forEach(row ->
            table
                .append(row.number("row"))
                .append(',')
                .append(cell(row.text("handle")))
                .append(',')
                .append(cell(row.text("code")))
                .append(',')
                .append(cell(row.text("detail")))
                .append("\r\n"));
    return ResponseEntity.ok()
        .header(HttpHeaders.CONTENT_TYPE, "text/csv;charset=UTF-8")
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"refused.csv\"")
        .body(table.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Quoted, and never a formula. */
  private static String cell(String text) {
    String plain = text.matches("(?s)'*[=+\\-@\t\r＝＋－＠].*") ? "'" + text : text;
    return '"' + plain.replace("\"", "\"\"") + '"';
  }

  private static byte[] bytes(@Nullable MultipartFile file, String packed) {
    try {
      if (file != null && !file.isEmpty()) {
        try (var stream = file.getInputStream()) {
          return stream.readNBytes(BYTES_MAX + 1);
        }
      }
      if (packed.isEmpty()) {
        return new byte[0];
      }
      try (var stream =
          new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(packed)))) {
        return stream.readNBytes(BYTES_MAX + 1);
      }
    } catch (IOException | IllegalArgumentException broken) {
      return new byte[0];
    }
  }

  private static String pack(byte[] table) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
      stream.write(table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
