package localcloud.functions;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A function's package, unpacked once for each build into a folder named by its content.
 *
 * <p>The class path is jars only, which AOT caches need: what stands at the package's root becomes
 * {@code root.jar}, first as on Lambda; then {@code lib/*.jar} by name. Files that are no classes
 * are also found as files, in the task root.
 *
 * @param hash of the content
 * @param home folder that holds all of it
 * @param taskRoot what {@code LAMBDA_TASK_ROOT} is, and the process's working directory
 */
record FunctionPackage(String hash, Path home, Path taskRoot, List<Path> classPath) {
  private static final String ROOT_JAR = "root.jar";

  /**
   * Unpacks a package unless it is already there.
   *
   * @param code zip, jar or folder
   * @param cache where to; other builds of the same package that nobody used for a day are deleted
   *     there
   */
  static FunctionPackage unpack(Path code, Path cache) throws IOException {
    if (!Files.exists(code)) {
      throw new FileNotFoundException(code + " is not there: build it first");
    }
    String hash = hash(code);
    String prefix = code.toAbsolutePath().getFileName() + "-";
    Path home = cache.toAbsolutePath().resolve(prefix + hash.substring(0, 16));
    if (!Files.isDirectory(home)) {
      Files.createDirectories(cache);
      Path next = Files.createTempDirectory(cache, "unpacking-");
      try {
        requireWhole(code);
        unpackInto(code, next);
        if (!hash(code).equals(hash)) {
          throw new IOException(code + " changed while it was read: wait until it is built");
        }
        moveInPlace(next, home);
      } finally {
        deleteTree(next);
      }
    }
    Files.setLastModifiedTime(home, FileTime.from(Instant.now()));
    deleteUnused(cache, prefix, home);
    return open(hash, home);
  }

  /** What a build has not finished can look like a smaller package: its end is the proof. */
  private static void requireWhole(Path code) throws IOException {
    if (Files.isDirectory(code)) {
      return;
    }
    try (ZipFile whole = new ZipFile(code.toFile())) {
      if (whole.size() == 0) {
        throw new ZipException("nothing is in it");
      }
    } catch (ZipException broken) {
      throw new IOException(
          code + " is not a whole zip (" + broken.getMessage() + "): build it again", broken);
    }
  }

  private static FunctionPackage open(String hash, Path home) throws IOException {
    List<Path> jars = new ArrayList<>();
    Path root = home.resolve("jars").resolve(ROOT_JAR);
    if (Files.exists(root)) {
      jars.add(root);
    }
    try (Stream<Path> files = Files.list(home.resolve("jars"))) {
      files.filter(file -> !file.equals(root)).sorted().forEach(jars::add);
    }
    return new FunctionPackage(hash, home, home.resolve("task"), List.copyOf(jars));
  }

  private static void unpackInto(Path code, Path home) throws IOException {
    Path jars = Files.createDirectories(home.resolve("jars"));
    Path task = Files.createDirectories(home.resolve("task"));
    Path root = jars.resolve(ROOT_JAR);
    boolean classes = false;
    try (ZipOutputStream rootJar = new ZipOutputStream(Files.newOutputStream(root))) {
      rootJar.setLevel(Deflater.NO_COMPRESSION); // read at each cold start, kept on one disk
      if (Files.isDirectory(code)) {
        try (Stream<Path> files = Files.walk(code)) {
          for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
            String name = code.relativize(file).toString().replace('\\', '/');
            try (InputStream content = Files.newInputStream(file)) {
              classes |= place(name, content, jars, task, rootJar);
            }
          }
        }
      } else {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(code))) {
          for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (!entry.isDirectory()) {
              classes |= place(entry.getName(), zip, jars, task, rootJar);
            }
          }
        }
      }
    }
    if (!classes) {
      Files.delete(root);
    }
  }

  /** Puts one file where it belongs; returns whether it is a class at the root. */
  private static boolean place(
      String name, InputStream content, Path jars, Path task, ZipOutputStream rootJar)
      throws IOException {
    if (name.matches("lib/[^/]+\\.jar")) {
      Files.copy(content, jars.resolve(name.substring("lib/".length())));
      return false;
    }
    if (name.endsWith(".class")) {
      rootJar.putNextEntry(new ZipEntry(name));
      content.transferTo(rootJar);
      rootJar.closeEntry();
      return true;
    }
    Path target = task.resolve(name).normalize();
    if (!target.startsWith(task)) {
      throw new IOException("the package has an entry outside of itself: " + name);
    }
    Files.createDirectories(target.toAbsolutePath().getParent());
    Files.copy(content, target);
    rootJar.putNextEntry(new ZipEntry(name));
    Files.copy(target, rootJar);
    rootJar.closeEntry();
    return false;
  }

  private static void moveInPlace(Path next, Path home) throws IOException {
    try {
      Files.move(next, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      deleteTree(next); // another runner was faster; what it unpacked is the same
    } catch (IOException e) {
      if (!Files.isDirectory(home)) {
        throw e;
      }
      deleteTree(next);
    }
  }

  private static void deleteUnused(Path cache, String prefix, Path current) throws IOException {
    Instant old = Instant.now().minus(Duration.ofDays(1));
    List<Path> unused;
    try (Stream<Path> siblings = Files.list(cache)) {
      unused =
          siblings
              .filter(path -> path.getFileName().toString().startsWith(prefix))
              .filter(path -> !path.toAbsolutePath().equals(current))
              .filter(path -> isOlder(path, old))
              .toList();
    }
    for (Path path : unused) {
      deleteTree(path);
    }
  }

  private static boolean isOlder(Path path, Instant than) {
    try {
      return Files.getLastModifiedTime(path).toInstant().isBefore(than);
    } catch (IOException gone) {
      return false;
    }
  }

  /** Deletes a folder and all in it; what is gone already is as well. */
  static void deleteTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // A process that is just dying may still write there; the folder is temporary anyway.
    }
  }

  private static String hash(Path code) throws IOException {
    MessageDigest digest = sha256();
    digest.update("layout 1".getBytes(StandardCharsets.UTF_8));
    if (Files.isDirectory(code)) {
      try (Stream<Path> files = Files.walk(code)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          digest.update(code.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
          digest(file, digest);
        }
      }
    } else {
      digest(code, digest);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static void digest(Path file, MessageDigest digest) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        OutputStream out =
            new java.security.DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      in.transferTo(out);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
