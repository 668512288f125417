package banyan.platform.data;

import banyan.platform.limits.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Questions of one decision that do not need each other's answers. Asked one after the other they
 * wait for as many batches of {@link Shared} as there are questions; asked at once, for the
 * slowest.
 */
public final class AtOnce {
  private AtOnce() {}

  /**
   * Begins to ask, in a thread of its own, under the deadline of this one and of the primary, for a
   * decision never rests on a copy that lags. A question asked inside a transaction is answered
   * there before this returns.
   *
   * @param question changes nothing: when its answer is not wanted any more it ends by itself
   * @return waits for the answer; throws what the question threw
   */
  public static <T extends @Nullable Object> Supplier<T> ask(Supplier<T> question) {
    if (Database.isRunning()) {
      T answer = question.get();
      return () -> answer;
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    Runnable asking =
        Deadline.carried(() -> {
          try {
            answer.complete(Viewer.deciding().bound(question::get));
          } catch (RuntimeException | Error fault) {
            answer.completeExceptionally(fault);
          }
        });
    Thread.ofVirtual().name("question").start(asking);
    return () -> {
      try {
        return answer.join();
      } catch (CompletionException failed) {
        throw failed.getCause() instanceof RuntimeException fault ? fault : failed;
      }
    };
  }
}
