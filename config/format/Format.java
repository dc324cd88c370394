import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks that every Java source of the project is laid out by google-java-format, or lays it out
 * ("write").
 */
final class Format {
  public static void main(String[] arguments) throws Exception {
    boolean write = arguments[0].equals("write");
    List<Path> sources;
    try (Stream<Path> files = Files.walk(Path.of(""))) {
      sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.toString().matches("(.*/)?(target|\\.[^/]+)/.*"))
              .sorted()
              .toList();
    }
    Formatter formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    boolean failed = false;
    for (Path source : sources) {
      String before = Files.readString(source);
      String after = formatter.formatSourceAndFixImports(before);
      if (!after.equals(before)) {
        if (write) {
          Files.writeString(source, after);
          System.out.println("formatted " + source);
        } else {
          System.out.println("[ERROR] not formatted: " + source);
          failed = true;
        }
      }
    }
    if (failed) {
      System.out.println("[ERROR] to format: mvn -N verify -Dformat=write");
      System.exit(1);
    }
  }

  private Format() {}
}
