import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Writes a function's package anew, with the classes in its jars stored instead of compressed: a
 * cold start then unpacks none, and the package, compressed as a whole, gets smaller. The argument
 * is the package; names and their order stay as they are.
 */
final class Store {
  /** The same on every machine and at every hour, as the same sources must give the same bytes. */
  private static final LocalDateTime ALWAYS = LocalDateTime.of(2026, 1, 1, 0, 0);

  private Store() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    Path next = Path.of(args[0] + ".next");
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(file));
        OutputStream out = Files.newOutputStream(next)) {
      copy(in, new ZipOutputStream(out), true);
    }
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void copy(ZipInputStream in, ZipOutputStream out, boolean outer)
      throws IOException {
    for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      byte[] content = in.readAllBytes();
      if (outer && entry.getName().endsWith(".jar")) {
        content = stored(content);
      }
      ZipEntry copy = new ZipEntry(entry.getName());
      copy.setTimeLocal(ALWAYS);
      if (!outer) {
        CRC32 sum = new CRC32();
        sum.update(content);
        copy.setMethod(ZipEntry.STORED);
        copy.setSize(content.length);
        copy.setCrc(sum.getValue());
      }
      out.putNextEntry(copy);
      out.write(content);
      out.closeEntry();
    }
    out.finish();
  }

  private static byte[] stored(byte[] jar) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(2 * jar.length);
    copy(new ZipInputStream(new ByteArrayInputStream(jar)), new ZipOutputStream(out), false);
    return out.toByteArray();
  }
}
