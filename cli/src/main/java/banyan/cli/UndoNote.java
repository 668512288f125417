package banyan.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * What a drill leaves in the data folder while something is broken, so that another command can put
 * it right when the drill has died.
 *
 * @param undo in words, for people
 * @param data folder of the marketplace that was broken
 */
record UndoNote(String drill, String undo, String data, int port, String journal) {
  private static Path file(DataFolder folder) {
    return folder.path().resolve("drill.undo");
  }

  static void write(DataFolder folder, Fault fault, Breakage.Site site) {
    try {
      Files.writeString(
          file(folder),
          Invocation.JSON.writeValueAsString(
              new UndoNote(
                  fault.toString(),
                  fault.undoing(),
                  site.folder().path().toString(),
                  site.port(),
                  site.journal().toString())));
    } catch (IOException e) {
      throw Refusal.failed(folder.path() + " cannot be written");
    }
  }

  static void remove(DataFolder folder) {
    try {
      Files.deleteIfExists(file(folder));
    } catch (IOException e) {
      throw Refusal.failed(file(folder) + " cannot be removed");
    }
  }

  /**
   * Puts right what a drill that died has left broken.
   *
   * @return its name; empty when there is none
   */
  static Optional<String> apply(DataFolder folder) {
    if (!Files.exists(file(folder))) {
      return Optional.empty();
    }
    UndoNote note;
    try {
      note = Invocation.JSON.readValue(Files.readString(file(folder)), UndoNote.class);
    } catch (IOException | JacksonException unreadable) {
      throw Refusal.failed(
          "%s cannot be read: put right what it says by hand, then remove it"
              .formatted(file(folder)));
    }
    Fault fault =
        Fault.named(note.drill())
            .orElseThrow(() ->
                Refusal.failed(
                    "this build knows no drill %s; do by hand: %s"
                        .formatted(note.drill(), note.undo())));
    Breakage.Site site =
        new Breakage.Site(
            new DataFolder(Path.of(note.data())), note.port(), Path.of(note.journal()));
    Breakage breakage = fault.breakage();
    breakage.undo(site);
    breakage.clear(site);
    remove(folder);
    return Optional.of(note.drill());
  }
}
