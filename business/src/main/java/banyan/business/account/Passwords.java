package banyan.business.account;

import banyan.platform.limits.Busy;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Hashes passwords with bcrypt. It is meant to be slow, so it has platform threads of its own: on
 * the threads that serve requests a wave of sign-ins would stop everybody else.
 */
@Component
class Passwords {
  static final int LETTERS_MIN = 8;

  /** bcrypt looks at no more than this. */
  static final int BYTES_MAX = 72;

  /** Waiting passwords: at 50 ms each on two cores the last one waits about 13 s. */
  private static final int QUEUE_MAX = 512;

  private final BCryptPasswordEncoder bcrypt;
  private final ExecutorService threads;
  private final Set<String> common = commonOnes();

  /**
   * What an unknown account is compared with, so that it takes as long as a wrong password: the
   * cost, a salt and a hash of zeros. To hash something here would cost every start what a sign-in
   * costs, and more, for nothing is compiled yet.
   */
  private final String nobody;

  Passwords(AccountSettings settings) {
    this.bcrypt = new BCryptPasswordEncoder(settings.passwordCost());
    this.nobody = "$2a$%02d$".formatted(settings.passwordCost()) + ".".repeat(22 + 31);
    int count =
        settings.passwordThreads() > 0
            ? settings.passwordThreads()
            : Runtime.getRuntime().availableProcessors();
    this.threads =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE_MAX),
            Thread.ofPlatform().daemon().name("passwords-", 0).factory());
  }

  /** Why nobody should have this password; empty when it is good enough. */
  Optional<String> objection(String password) {
    int letters = password.codePointCount(0, password.length());
    int bytes = password.getBytes(StandardCharsets.UTF_8).length;
    if (letters < LETTERS_MIN || bytes > BYTES_MAX) {
      return Optional.of(
          "must have %d characters, and at most %d bytes".formatted(LETTERS_MIN, BYTES_MAX));
    }
    return common.contains(password.toLowerCase(Locale.ROOT))
        ? Optional.of("is one of the most common passwords")
        : Optional.empty();
  }

  /**
   * @throws Busy when too many passwords are waiting
   */
  String hash(String password) {
    return onOwnThread(() -> encoded(password));
  }

  /**
   * Whether the password is the right one; takes as long for an account that has none.
   *
   * @param hash null for an unknown account, or one without a password
   * @throws Busy when too many passwords are waiting
   */
  boolean matches(String password, @Nullable String hash) {
    boolean fits = password.getBytes(StandardCharsets.UTF_8).length <= BYTES_MAX;
    String tried = fits ? password : "too long to be one";
    boolean same = onOwnThread(() -> bcrypt.matches(tried, hash == null ? nobody : hash));
    return same && fits && hash != null;
  }

  /** Whether the hash was made with another cost than today's. */
  boolean outdated(String hash) {
    return !hash.regionMatches(0, nobody, 0, "$2a$10$".length());
  }

  private String encoded(String password) {
    return Objects.requireNonNull(bcrypt.encode(password));
  }

  private <T> T onOwnThread(Callable<T> work) {
    try {
      return threads.submit(work).get();
    } catch (RejectedExecutionException full) {
      throw new Busy("too many sign-ins are waiting", Duration.ofSeconds(5));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Busy("the node stops", Duration.ofSeconds(1));
    }
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  private static Set<String> commonOnes() {
    try (InputStream list = Passwords.class.getResourceAsStream("common-passwords.txt")) {
      return new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
