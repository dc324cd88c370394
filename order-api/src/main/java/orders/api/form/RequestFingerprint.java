package orders.api.form;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import orders.api.application.VersionCondition;
import orders.api.json.CanonicalJson;
import orders.api.json.JsonValue;
import orders.domain.Fingerprint;

/** What makes two requests under one key the same request. */
public final class RequestFingerprint {
  private RequestFingerprint() {}

  /**
   * Returns the fingerprint of a JSON value and the version it was meant for. Caller and route are
   * not in it: they are part of the key already.
   */
  public static Fingerprint of(JsonValue body, Optional<VersionCondition> condition) {
    String told = CanonicalJson.of(body) + condition.map(RequestFingerprint::told).orElse("");
    return new Fingerprint(
        HexFormat.of().formatHex(Sha256.of(told.getBytes(StandardCharsets.UTF_8))));
  }

  private static String told(VersionCondition condition) {
    return switch (condition) {
      case VersionCondition.Any any -> "\nIf-Match: *";
      case VersionCondition.OneOf(var versions) ->
          "\nIf-Match: " + String.join(",", versions.stream().sorted().toList());
    };
  }
}
