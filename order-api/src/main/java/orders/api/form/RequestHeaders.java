package orders.api.form;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orders.api.application.VersionCondition;
import orders.api.http.HttpRequest;
import orders.api.http.Problem;
import orders.api.http.ProblemType;
import orders.api.http.Violation;

/**
 * The headers that steer a change.
 *
 * @param idempotencyKey without quotes; empty if none was sent
 * @param ifMatch empty if none was sent
 */
public record RequestHeaders(Optional<String> idempotencyKey, Optional<VersionCondition> ifMatch) {
  private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");
  private static final Pattern STRONG_TAG = Pattern.compile("\"([!#-~]*)\"");
  private static final Pattern ANY_TAG = Pattern.compile("(W/)?\"([!#-~]*)\"");

  /** Reads them; all that is wrong with either is reported. */
  public static Parsed<RequestHeaders> read(HttpRequest request) {
    Violations violations = new Violations();
    Optional<String> key = request.header("idempotency-key").flatMap(sent -> key(sent, violations));
    Optional<VersionCondition> condition =
        request.header("if-match").flatMap(sent -> ifMatch(sent, violations));
    return violations.isEmpty()
        ? new Parsed.Valid<>(new RequestHeaders(key, condition))
        : new Parsed.Invalid<>(violations.toProblem(ProblemType.INVALID_HEADER));
  }

  /** Returns the answer to a key that was sent where the body brings its own. */
  public static Problem keyTwice() {
    Violations violations = new Violations();
    violations.add(
        new Violation.Header("Idempotency-Key"),
        "given-twice",
        "The id of the item is the key: leave the header out.");
    return violations.toProblem(ProblemType.INVALID_HEADER);
  }

  /** Returns the answer to a version in the body that the header excludes. */
  public static Problem versionContradicted() {
    Violations violations = new Violations();
    violations.add(
        new Violation.Header("If-Match"),
        "contradicts-version",
        "payload.version names another version: send one of the two, or the same in both.");
    return violations.toProblem(ProblemType.INVALID_HEADER);
  }

  /**
   * Returns whether a reader has the version already (RFC 9110, section 13.1.2: compared weakly).
   */
  public static boolean ifNoneMatchHas(HttpRequest request, long version) {
    Optional<String> sent = request.header("if-none-match");
    if (sent.isEmpty()) {
      return false;
    }
    if (sent.get().strip().equals("*")) {
      return true;
    }
    for (String tag : sent.get().split(",", -1)) {
      Matcher matcher = ANY_TAG.matcher(tag.strip());
      if (matcher.matches() && matcher.group(2).equals(Long.toString(version))) {
        return true;
      }
    }
    return false;
  }

  private static Optional<String> key(String sent, Violations violations) {
    String text = sent.strip();
    Optional<String> key = text.startsWith("\"") ? unquoted(text) : Optional.of(text);
    if (key.isPresent() && KEY.matcher(key.get()).matches()) {
      return key;
    }
    violations.add(
        new Violation.Header("Idempotency-Key"),
        "bad-format",
        "Send 1 to 255 visible ASCII characters, bare or in quotes.");
    return Optional.empty();
  }

  /** Reads a string of RFC 8941, section 3.3.3. */
  private static Optional<String> unquoted(String text) {
    StringBuilder key = new StringBuilder();
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        return i == text.length() - 1 ? Optional.of(key.toString()) : Optional.empty();
      }
      if (c == '\\') {
        i++;
        if (i == text.length() || (text.charAt(i) != '"' && text.charAt(i) != '\\')) {
          return Optional.empty();
        }
        c = text.charAt(i);
      }
      key.append(c);
    }
    return Optional.empty();
  }

  private static Optional<VersionCondition> ifMatch(String sent, Violations violations) {
    if (sent.strip().equals("*")) {
      return Optional.of(new VersionCondition.Any());
    }
    Set<String> tags = new TreeSet<>();
    for (String tag : sent.split(",", -1)) {
      Matcher matcher = STRONG_TAG.matcher(tag.strip());
      if (!matcher.matches()) {
        violations.add(
            new Violation.Header("If-Match"),
            "bad-format",
            "Send the ETag you read, in its quotes and not weak, or *.");
        return Optional.empty();
      }
      tags.add(matcher.group(1));
    }
    return Optional.of(new VersionCondition.OneOf(tags));
  }
}
