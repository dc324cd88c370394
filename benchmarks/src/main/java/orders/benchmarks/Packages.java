package orders.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The functions' packages as the build leaves them, unpacked as Lambda does. */
final class Packages {
  private Packages() {}

  /** Returns the jars of Lambda's Java runtime. */
  static List<Path> runtime(Path project) throws IOException {
    return jarsIn(project.resolve("local-cloud/lambda-runtime/target/lib"));
  }

  static Path zip(Path project, String module) {
    return project.resolve(module).resolve("target").resolve(module + ".zip");
  }

  /** Returns the package of a function that is there to be measured against. */
  static Path peerZip(Path project, String module) {
    return project.resolve(
        "benchmarks/baselines/" + module + "/target/benchmarks/baselines-" + module + ".zip");
  }

  /** Unpacks a function's package into a folder, and returns its jars. */
  static List<Path> unpack(Path zip, Path folder) throws IOException {
    unzip(zip, folder);
    return jarsIn(folder.resolve("lib"));
  }

  private static List<Path> jarsIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static void unzip(Path zip, Path target) throws IOException {
    try (ZipInputStream entries = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        Path file = target.resolve(entry.getName()).normalize();
        if (!file.startsWith(target)) {
          throw new IOException(zip + " holds " + entry.getName() + ", which leads out of it");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(entries, file);
        }
      }
    }
  }
}
