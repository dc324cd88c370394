package orders.systemtests.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A disk that can be filled: a small one of its own where this user may mount one, else a limit on
 * what the processes of the pipeline may write.
 */
final class SmallDisk implements AutoCloseable {
  private final Path folder;
  private final boolean mounted;

  private SmallDisk(Path folder, boolean mounted) {
    this.folder = folder;
    this.mounted = mounted;
  }

  /** Puts a disk at a folder. */
  static SmallDisk at(Path folder) throws Exception {
    Files.createDirectories(folder);
    boolean mounted =
        run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder.toString()) == 0;
    return new SmallDisk(folder, mounted);
  }

  private static int run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException none) {
      return -1;
    }
  }

  /** Lets no more be written. */
  void fill(Pipeline pipeline) throws InterruptedException {
    if (mounted) {
      fill();
    } else if (!pipeline.writable(false)) {
      throw new IllegalStateException("neither mount nor prlimit works here: no disk can be full");
    }
  }

  private void fill() {
    byte[] page = new byte[4096];
    try (OutputStream ballast =
        Files.newOutputStream(
            folder.resolve("ballast"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        ballast.write(page);
      }
    } catch (IOException full) {
      // That is what was wanted.
      return;
    }
  }

  /** Makes room again. */
  void free(Pipeline pipeline) throws Exception {
    if (mounted) {
      Files.delete(folder.resolve("ballast"));
    } else {
      pipeline.writable(true);
    }
  }

  /** Returns what it is, for a person. */
  String kind() {
    return mounted ? "a small disk of its own" : "a limit on files";
  }

  @Override
  public void close() {
    if (mounted) {
      try {
        run("umount", "-l", folder.toString());
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
