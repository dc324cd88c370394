package orders.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * Where and when figures were taken: without it they are worth nothing.
 *
 * @param processor the processor's model; its architecture where the system does not tell
 * @param memoryGib main memory, 0 where the system does not tell
 */
record Machine(LocalDate date, String processor, int cores, long memoryGib, String java) {

  /** Returns this machine, now. */
  static Machine here() {
    return new Machine(
        LocalDate.now(ZoneOffset.UTC),
        field("/proc/cpuinfo", "model name", System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        Long.parseLong(field("/proc/meminfo", "MemTotal", "0").replaceAll("\\D", "")) >> 20,
        Runtime.version().toString());
  }

  private static String field(String file, String name, String otherwise) {
    try (var lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(otherwise);
    } catch (IOException untold) {
      return otherwise;
    }
  }

  void write(ObjectNode json) {
    json.put("date", date.toString())
        .put("processor", processor)
        .put("cores", cores)
        .put("memoryGib", memoryGib)
        .put("java", java);
  }

  /** Returns it in one line for a person. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s, %s, %d cores, %d GiB, JDK %s", date, processor, cores, memoryGib, java);
  }
}
