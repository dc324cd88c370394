package localcloud.http;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** X-Ray's {@code X-Amzn-Trace-Id}: the root of a trace, the parent segment and the sampling. */
final class TraceHeader {
  static final String NAME = "x-amzn-trace-id";

  private static final Pattern ROOT = field("Root", "1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}");
  private static final Pattern PARENT = field("Parent", "[0-9a-fA-F]{16}");
  private static final Pattern SAMPLED = field("Sampled", "[01]");

  private TraceHeader() {}

  private static Pattern field(String name, String value) {
    return Pattern.compile("(?:^|;)\\s*" + name + "=(" + value + ")\\s*(?=;|$)");
  }

  /**
   * Returns the header of a request: what the client sent is kept if it is valid, and the rest is
   * new. Without a valid root, the client's header is ignored.
   */
  static String of(Optional<String> sent) {
    Optional<String> root = sent.flatMap(header -> find(ROOT, header));
    Optional<String> continued = root.flatMap(valid -> sent);
    return "Root=%s;Parent=%s;Sampled=%s"
        .formatted(
            root.orElseGet(() -> "1-%08x-%s".formatted(Instant.now().getEpochSecond(), hex(12))),
            continued.flatMap(header -> find(PARENT, header)).orElseGet(() -> hex(8)),
            continued.flatMap(header -> find(SAMPLED, header)).orElse("0"));
  }

  private static Optional<String> find(Pattern field, String header) {
    Matcher matcher = field.matcher(header);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String hex(int count) {
    byte[] random = new byte[count];
    ThreadLocalRandom.current().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
