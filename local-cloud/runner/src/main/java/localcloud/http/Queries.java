package localcloud.http;

import java.util.Optional;

/** Query strings as they were sent. */
final class Queries {
  private Queries() {}

  /** Returns the first value of this name, decoded. */
  static Optional<String> first(String query, String name) {
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && Routes.decoded(pair.substring(0, equals)).equals(name)) {
        return Optional.of(Routes.decoded(pair.substring(equals + 1)));
      }
    }
    return Optional.empty();
  }
}
