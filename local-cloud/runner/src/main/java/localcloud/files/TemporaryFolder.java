package localcloud.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder for the temporary files of one process, gone when it is closed. All of a runner's lie in
 * one folder that is locked as long as the runner lives: it goes with the runner, and where a
 * runner was killed, the next one that starts deletes what it left. Safe for use by many threads.
 */
public final class TemporaryFolder implements AutoCloseable {
  private static final String PREFIX = "local-cloud-run-";
  private static final String LOCK = "in-use";
  private static final int DELETE_ROUNDS = 20;

  private static @Nullable Path ofThisRunner;

  /** Held until the process ends: a channel that is collected as garbage lets go of its lock. */
  private static final List<FileChannel> LOCKS = new ArrayList<>();

  private final Path path;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /** Creates an empty one, readable by this user alone. */
  public static TemporaryFolder create(String name) throws IOException {
    return new TemporaryFolder(Files.createTempDirectory(ofThisRunner(), name + "-"));
  }

  public Path path() {
    return path;
  }

  /** Deletes it and all in it. */
  @Override
  public void close() {
    delete(path);
  }

  private static synchronized Path ofThisRunner() throws IOException {
    Path folder = ofThisRunner;
    if (folder == null) {
      folder = Files.createTempDirectory(PREFIX);
      while (!lock(folder)) {
        // Another runner came between and took it for a dead one's.
        folder = Files.createTempDirectory(PREFIX);
      }
      Path mine = folder;
      Thread goodbye = Thread.ofPlatform().name("temporary-files").unstarted(() -> delete(mine));
      try {
        Runtime.getRuntime().addShutdownHook(goodbye);
      } catch (IllegalStateException ending) {
        // Interrupted while starting: the next runner deletes it.
      }
      deleteAbandonedBeside(mine);
      ofThisRunner = mine;
    }
    return folder;
  }

  /** Deletes the folders of runners that ended without a chance to do so. */
  private static void deleteAbandonedBeside(Path mine) throws IOException {
    List<Path> others;
    try (Stream<Path> siblings = Files.list(mine.toAbsolutePath().getParent())) {
      others =
          siblings
              .filter(path -> path.getFileName().toString().startsWith(PREFIX))
              .filter(path -> !path.getFileName().equals(mine.getFileName()))
              .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
              .toList();
    }
    for (Path other : others) {
      try {
        if (Files.getOwner(other).equals(Files.getOwner(mine)) && lock(other)) {
          // Under another name first: it may be a new one whose runner is about to lock it, which
          // then finds it gone, not half deleted.
          delete(Files.move(other, other.resolveSibling(other.getFileName() + "-gone")));
        }
      } catch (IOException goneOrNotOurs) {
        // Then there is nothing to do for us.
      }
    }
  }

  /**
   * Takes a folder for this process; false if another process has it or has deleted it. The
   * operating system lets go of it when the process ends, however it ends.
   */
  private static boolean lock(Path folder) throws IOException {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              folder.resolve(LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException gone) {
      return false;
    }
    if (channel.tryLock() == null) {
      channel.close();
      return false;
    }
    LOCKS.add(channel);
    return true;
  }

  /**
   * Deletes a folder from which a process that is just dying may delete too, and to which it may
   * still write. If it never stops, the next runner deletes the rest.
   */
  private static void delete(Path folder) {
    for (int round = 0; round < DELETE_ROUNDS && Files.exists(folder); round++) {
      if (round > 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
      try {
        Files.walkFileTree(folder, new Deletion());
      } catch (IOException again) {
        // The next round sees what is left.
      }
    }
  }

  /** Deletes what there is, and leaves what cannot be deleted or has gone by itself. */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      return deleteIfPossible(file);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException gone) {
      return deleteIfPossible(directory);
    }

    private static FileVisitResult deleteIfPossible(Path path) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException inUse) {
        // Such as a folder in which something was made meanwhile.
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
