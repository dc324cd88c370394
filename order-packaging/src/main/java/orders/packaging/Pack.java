package orders.packaging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;

/**
 * Writes a function's package anew, for a quick cold start: the lambdas in its jars become classes,
 * the switches over types methods, and the classes are stored instead of compressed. A start then
 * generates and unpacks next to nothing, and the package, compressed as a whole, gets smaller.
 * Names and their order stay as they are, and the same package gives the same bytes.
 */
public final class Pack {
  /** The same on every machine and at every hour. */
  private static final LocalDateTime ALWAYS = LocalDateTime.of(2026, 1, 1, 0, 0);

  private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]*\\.SF");

  private Pack() {}

  /**
   * Writes the package anew.
   *
   * @param arguments the package's file
   */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    Path next = Path.of(arguments[0] + ".next");
    Map<String, byte[]> content;
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(file))) {
      content = entries(in);
    }
    Methods methods = new Methods();
    Map<String, Map<String, byte[]>> jars = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> entry : content.entrySet()) {
      if (entry.getKey().endsWith(".jar")) {
        Map<String, byte[]> jar =
            entries(new ZipInputStream(new ByteArrayInputStream(entry.getValue())));
        jar.forEach(
            (name, bytes) -> {
              if (isClass(name, bytes)) {
                methods.add(bytes);
              }
            });
        jars.put(entry.getKey(), jar);
      }
    }
    ClassRewriter rewriter = new ClassRewriter(methods);
    jars.forEach((name, jar) -> content.put(name, stored(rewritten(rewriter, jar))));
    try (OutputStream out = Files.newOutputStream(next);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      write(zip, content, ZipEntry.DEFLATED);
    }
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Whether every runtime that can load the jar would take this entry for the class it holds. */
  private static boolean isClass(String name, byte[] bytes) {
    return name.endsWith(".class")
        && !name.startsWith("META-INF/")
        && !name.equals("module-info.class")
        && name.equals(new ClassReader(bytes).getClassName() + ".class");
  }

  private static Map<String, byte[]> rewritten(ClassRewriter rewriter, Map<String, byte[]> jar) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    jar.forEach(
        (name, bytes) -> {
          if (SIGNATURE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                name + " signs classes that are rewritten: leave the jar's signature out");
          }
          if (isClass(name, bytes)) {
            rewriter.rewrite(bytes).forEach((type, code) -> entries.put(type + ".class", code));
          } else {
            entries.put(name, bytes);
          }
        });
    return entries;
  }

  private static Map<String, byte[]> entries(ZipInputStream in) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      entries.put(entry.getName(), in.readAllBytes());
    }
    return entries;
  }

  private static byte[] stored(Map<String, byte[]> jar) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      write(zip, jar, ZipEntry.STORED);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void write(ZipOutputStream zip, Map<String, byte[]> entries, int method)
      throws IOException {
    for (Map.Entry<String, byte[]> content : entries.entrySet()) {
      ZipEntry entry = new ZipEntry(content.getKey());
      entry.setTimeLocal(ALWAYS);
      if (method == ZipEntry.STORED) {
        CRC32 sum = new CRC32();
        sum.update(content.getValue());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.getValue().length);
        entry.setCrc(sum.getValue());
      }
      zip.putNextEntry(entry);
      zip.write(content.getValue());
      zip.closeEntry();
    }
  }
}
