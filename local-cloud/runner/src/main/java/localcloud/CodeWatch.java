package localcloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import localcloud.model.FunctionSpec;

/** Notices when a function's package, a file or a folder, is built again. */
final class CodeWatch implements AutoCloseable {
  /** A folder's newest file and the size of all. */
  private record Stamp(FileTime modified, long size) {}

  private final List<FunctionSpec> functions;
  private final Consumer<FunctionSpec> rebuilt;
  private final Map<String, Stamp> known = new HashMap<>();
  private final Map<String, Stamp> changing = new HashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("code-watch").factory());

  private final ScheduledFuture<?> looking;

  /**
   * Begins to watch.
   *
   * @param rebuilt called when a package has changed and then stayed the same for one interval: a
   *     build writes it in many steps
   */
  CodeWatch(List<FunctionSpec> functions, Duration interval, Consumer<FunctionSpec> rebuilt) {
    this.functions = functions;
    this.rebuilt = rebuilt;
    functions.forEach(function -> known.put(function.logicalId(), stamp(function.code())));
    this.looking =
        clock.scheduleWithFixedDelay(
            this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    for (FunctionSpec function : functions) {
      Stamp now = stamp(function.code());
      String id = function.logicalId();
      if (now.equals(known.get(id)) || now.size() < 0) {
        changing.remove(id);
      } else if (now.equals(changing.put(id, now))) {
        known.put(id, now);
        changing.remove(id);
        rebuilt.accept(function);
      }
    }
  }

  private static Stamp stamp(Path code) {
    try (Stream<Path> files = Files.walk(code)) {
      FileTime newest = FileTime.fromMillis(0);
      long size = 0;
      for (Path file : files.toList()) {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        newest = max(newest, attributes.lastModifiedTime());
        size += attributes.size();
      }
      return new Stamp(newest, size);
    } catch (IOException | UncheckedIOException gone) {
      // Between two builds the package may be absent.
      return new Stamp(FileTime.fromMillis(0), -1);
    }
  }

  private static FileTime max(FileTime a, FileTime b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  /** Ends; what a rebuilt package was taken for is done then, so that nothing writes any more. */
  @Override
  public void close() {
    looking.cancel(false);
    clock.close();
  }
}
