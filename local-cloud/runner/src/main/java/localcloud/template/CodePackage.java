package localcloud.template;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** A look into a function's built package. */
final class CodePackage {
  private CodePackage() {}

  /** Whether the package holds a class: at its root, or in a jar of its {@code lib} folder. */
  static boolean holdsClass(Path code, String className) throws IOException {
    String entry = className.replace('.', '/') + ".class";
    return Files.isDirectory(code) ? folderHolds(code, entry) : zipHolds(code, entry);
  }

  private static boolean folderHolds(Path folder, String entry) throws IOException {
    if (Files.exists(folder.resolve(entry))) {
      return true;
    }
    Path lib = folder.resolve("lib");
    if (!Files.isDirectory(lib)) {
      return false;
    }
    try (Stream<Path> jars = Files.list(lib)) {
      for (Path jar : jars.filter(it -> it.toString().endsWith(".jar")).toList()) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
          if (zip.getEntry(entry) != null) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean zipHolds(Path file, String entry) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.getEntry(entry) != null) {
        return true;
      }
      // The function's own jar is as a rule among the smallest; the search ends there.
      List<? extends ZipEntry> jars =
          zip.stream()
              .filter(it -> it.getName().matches("(java/)?lib/[^/]+\\.jar"))
              .sorted(Comparator.comparingLong(ZipEntry::getSize))
              .toList();
      for (ZipEntry jar : jars) {
        if (jarHolds(zip.getInputStream(jar), entry)) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean jarHolds(InputStream jar, String entry) throws IOException {
    try (ZipInputStream in = new ZipInputStream(new BufferedInputStream(jar))) {
      for (ZipEntry next = in.getNextEntry(); next != null; next = in.getNextEntry()) {
        if (next.getName().equals(entry)) {
          return true;
        }
      }
    }
    return false;
  }
}
