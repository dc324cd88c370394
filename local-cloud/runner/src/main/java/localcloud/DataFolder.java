package localcloud;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The folder that an instance keeps its state in, for one instance at a time. */
final class DataFolder implements AutoCloseable {
  private final Path folder;
  private final FileChannel channel;

  private DataFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** Takes a folder; the operating system lets go of it when the process ends, however it ends. */
  static DataFolder take(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("in-use"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        throw new StartException(
            "another instance uses the folder "
                + folder
                + "; stop it, or name another folder with --data");
      }
      return new DataFolder(folder, channel);
    } catch (IOException e) {
      throw new StartException(
          "the folder " + folder + " cannot be used: " + e + "; name another with --data", e);
    }
  }

  private static @org.jspecify.annotations.Nullable FileLock lock(FileChannel channel)
      throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      return null;
    }
  }

  /** Returns a folder or file below it. */
  Path below(String name) {
    return folder.toAbsolutePath().resolve(name);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("cannot let go of " + folder, e);
    }
  }
}
