package banyan.business.catalog;

import banyan.platform.files.Files;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import org.springframework.stereotype.Component;

/**
 * Product pictures. What a user sends is never what others get: it is decoded and drawn again, so
 * that no metadata, no second file behind the first and no script comes through.
 */
@Component
class Pictures {
  /** A photograph of a good telephone; a bomb says its size in its first bytes, too. */
  static final int PIXELS_MAX = 16_000_000;

  /** The longer side of what we keep. */
  static final int SIDE_MAX = 1_200;

  /** Decoding takes tens of megabytes; more at once would take the memory of everybody else. */
  private static final Semaphore DECODERS = new Semaphore(2);

  private static final long DECODER_WAIT_SECONDS = 5;

  /** What an upload came to. */
  sealed interface Kept permits Picture, NotAPicture, TooLarge, Busy {}

  /**
   * @param name of the file, made from its content
   */
  record Picture(String name, int width, int height) implements Kept {}

  record NotAPicture() implements Kept {}

  record TooLarge() implements Kept {}

  record Busy() implements Kept {}

  private final Files files;

  Pictures(Files files) {
    ImageIO.setUseCache(false);
    this.files = files;
  }

  Optional<byte[]> read(String name) {
    return files.read(name);
  }

  /**
   * A picture to show.
   *
   * @param lasting false when it is larger than asked for, because nobody had time to make it small
   */
  record Shown(byte[] content, boolean lasting) {}

  /**
   * A picture that fits into a square: made once, then kept. A smaller one is as it is.
   *
   * @param name of a PNG or JPEG
   * @param side of the square, in pixels
   */
  Optional<Shown> read(String name, int side) {
    int dot = name.lastIndexOf('.');
    String small = name.substring(0, dot) + "-" + side + name.substring(dot);
    Optional<byte[]> kept = files.read(small);
    return kept.isPresent()
        ? kept.map(content -> new Shown(content, true))
        : files.read(name).map(original -> shrink(original, side, small));
  }

  private Shown shrink(byte[] original, int side, String small) {
    String format = sniff(original);
    if (format.isEmpty()) {
      return new Shown(original, true);
    }
    ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
    try (ImageInputStream stream =
        ImageIO.createImageInputStream(new ByteArrayInputStream(original))) {
      reader.setInput(stream, true, true);
      if (Math.max(reader.getWidth(0), reader.getHeight(0)) <= side) {
        return new Shown(original, true);
      }
      if (!mayDecode()) {
        return new Shown(original, false);
      }
      try {
        byte[] content = encode(redraw(reader.read(0), side));
        files.write(small, content);
        return new Shown(content, true);
      } finally {
        DECODERS.release();
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } finally {
      reader.dispose();
    }
  }

  /** Waits for a permit to decode, which must be given back; false when there is none in time. */
  private static boolean mayDecode() {
    try {
      return DECODERS.tryAcquire(DECODER_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Keeps a PNG or JPEG; the same picture sent again has the same name. */
  Kept keep(byte[] upload) {
    if (upload.length > Files.BYTES_MAX) {
      return new TooLarge();
    }
    String format = sniff(upload);
    if (format.isEmpty()) {
      return new NotAPicture();
    }
    if (!mayDecode()) {
      return new Busy();
    }
    try {
      return decode(upload, format);
    } finally {
      DECODERS.release();
    }
  }

  private static String sniff(byte[] bytes) {
    String start = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 8));
    if (start.equals("89504e470d0a1a0a")) {
      return "png";
    }
    return start.startsWith("ffd8ff") ? "jpeg" : "";
  }

  private Kept decode(byte[] upload, String format) {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
    try (ImageInputStream stream =
        ImageIO.createImageInputStream(new ByteArrayInputStream(upload))) {
      reader.setInput(stream, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if ((long) width * height > PIXELS_MAX) {
        return new TooLarge();
      }
      ImageReadParam coarse = reader.getDefaultReadParam();
      int step = Math.max(1, Math.max(width, height) / (2 * SIDE_MAX));
      coarse.setSourceSubsampling(step, step, 0, 0);
      return store(redraw(reader.read(0, coarse), SIDE_MAX));
    } catch (IOException | RuntimeException broken) {
      // the decoders throw whatever a broken file makes them stumble over
      return new NotAPicture();
    } finally {
      reader.dispose();
    }
  }

  /** The image with its longer side at most so long. */
  private static BufferedImage redraw(BufferedImage image, int sideMax) {
    double scale = Math.min(1.0, (double) sideMax / Math.max(image.getWidth(), image.getHeight()));
    int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
    int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
    BufferedImage step = image;
    // a pixel drawn from four looks at no others: halves first, so that none is left out
    while (step.getWidth() / 2 >= width && step.getHeight() / 2 >= height) {
      step = drawn(step, step.getWidth() / 2, step.getHeight() / 2);
    }
    return drawn(step, width, height);
  }

  private static BufferedImage drawn(BufferedImage image, int width, int height) {
    boolean alpha = image.getColorModel().hasAlpha();
    BufferedImage clean =
        new BufferedImage(
            width, height, alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = clean.createGraphics();
    pen.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    pen.drawImage(image, 0, 0, width, height, null);
    pen.dispose();
    return clean;
  }

  private Kept store(BufferedImage image) throws IOException {
    byte[] content = encode(image);
    String name = nameOf(content) + (image.getColorModel().hasAlpha() ? ".png" : ".jpg");
    try {
      files.write(name, content);
    } catch (UncheckedIOException full) {
      throw new IllegalStateException("the picture could not be kept", full);
    }
    return new Picture(name, image.getWidth(), image.getHeight());
  }

  /** A PNG when something shines through, a JPEG otherwise. */
  private static byte[] encode(BufferedImage image) throws IOException {
    boolean alpha = image.getColorModel().hasAlpha();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(alpha ? "png" : "jpeg").next();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam quality = writer.getDefaultWriteParam();
      if (!alpha) {
        quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        quality.setCompressionQuality(0.85f);
      }
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), quality);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  private static String nameOf(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
