package localcloud.wire;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests of this machine's own programs and pages from those of web pages elsewhere: a name
 * that was rebound to 127.0.0.1 shows in {@code Host}, another site's page in {@code Origin}.
 */
public final class LocalOnly {
  private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost");

  private LocalOnly() {}

  /**
   * Returns whether a request is let in.
   *
   * @param host its header {@code Host}, null if it has none
   * @param origin its header {@code Origin}, which browsers send and programs do not
   */
  public static boolean allows(@Nullable String host, @Nullable String origin) {
    return host != null && NAMES.contains(nameOf(host)) && (origin == null || isLocal(origin));
  }

  private static String nameOf(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    return (colon < 0 ? hostAndPort : hostAndPort.substring(0, colon)).toLowerCase(Locale.ROOT);
  }

  private static boolean isLocal(String origin) {
    try {
      String host = URI.create(origin).getHost();
      return host != null && NAMES.contains(host.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException notAnOrigin) {
      return false;
    }
  }
}
