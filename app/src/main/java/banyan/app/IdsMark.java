package banyan.app;

import banyan.platform.ids.Ids;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Eight bytes in the data folder, written over in place: that needs no space on a disk that is
 * full, and no sector holds half of them.
 */
final class IdsMark implements Ids.Mark, AutoCloseable {
  private final FileChannel file;

  private IdsMark(FileChannel file) {
    this.file = file;
  }

  static IdsMark in(Path folder) {
    Path path = folder.resolve("ids");
    try {
      return new IdsMark(
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new IllegalStateException(path + " cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public long read() {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
    try {
      return file.read(bytes, 0) == Long.BYTES ? bytes.getLong(0) : 0;
    } catch (IOException e) {
      throw new IllegalStateException("the mark of the ids cannot be read", e);
    }
  }

  @Override
  public void write(long millis) {
    try {
      file.write(ByteBuffer.allocate(Long.BYTES).putLong(0, millis), 0);
      file.force(false);
    } catch (IOException e) {
      throw new DataAccessResourceFailureException("the mark of the ids cannot be written", e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
