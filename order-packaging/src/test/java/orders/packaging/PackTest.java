package orders.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackTest {
  private static final String HOST = "orders/packaging/Named.class";

  @TempDir private Path folder;
  private int year = 2006;
  private String more = "META-INF/LICENSE";

  @Test
  void classes_are_stored_beside_those_of_their_lambdas() throws Exception {
    Path file = packageOf("a.zip");

    Pack.main(new String[] {file.toString()});

    try (ZipFile jar = new ZipFile(unpacked(file).toFile())) {
      assertThat(Collections.list(jar.entries()))
          .extracting(ZipEntry::getName)
          .containsExactly(
              "META-INF/MANIFEST.MF",
              HOST,
              "orders/packaging/Named$$Lambda0.class",
              "orders/packaging/Named$$Lambda1.class",
              "META-INF/versions/99/" + HOST,
              "resources/" + HOST,
              more);
      assertThat(Collections.list(jar.entries()))
          .allSatisfy(entry -> assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED));
    }
  }

  @Test
  void the_same_package_gives_the_same_bytes() throws Exception {
    Path one = packageOf("one.zip");
    year = 2007;
    Path two = packageOf("two.zip");
    assertThat(Files.readAllBytes(two)).isNotEqualTo(Files.readAllBytes(one));

    Pack.main(new String[] {one.toString()});
    Pack.main(new String[] {two.toString()});

    assertThat(one).hasSameBinaryContentAs(two);
  }

  @Test
  void packing_twice_changes_nothing() throws Exception {
    Path file = packageOf("a.zip");

    Pack.main(new String[] {file.toString()});
    byte[] once = Files.readAllBytes(file);
    Pack.main(new String[] {file.toString()});

    assertThat(file).hasBinaryContent(once);
  }

  @Test
  void a_signed_jar_is_refused_as_its_classes_change() throws Exception {
    more = "META-INF/SIGNER.SF";
    Path file = packageOf("a.zip");
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(() -> Pack.main(new String[] {file.toString()}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("META-INF/SIGNER.SF");
    assertThat(file).hasBinaryContent(before);
  }

  private Path packageOf(String name) throws IOException {
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(jar)) {
      add(zip, "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n".getBytes(UTF_8));
      try (InputStream in = PackTest.class.getResourceAsStream("/" + HOST)) {
        byte[] host = in.readAllBytes();
        add(zip, HOST, host);
        add(zip, "META-INF/versions/99/" + HOST, host);
        add(zip, "resources/" + HOST, host);
        add(zip, more, new byte[0]);
      }
    }
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      add(zip, "lib/named.jar", jar.toByteArray());
    }
    return file;
  }

  private Path unpacked(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream jar = zip.getInputStream(zip.getEntry("lib/named.jar"))) {
      Path copy = folder.resolve("named.jar");
      Files.copy(jar, copy);
      return copy;
    }
  }

  private void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(year, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
