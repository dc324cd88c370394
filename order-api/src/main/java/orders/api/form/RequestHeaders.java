package orders.api.form;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orders.api.application.VersionCondition;
import orders.api.http.HeaderList;
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
  private static final Pattern TAG = Pattern.compile("(W/)?\"([!#-~\\x80-\\uFFFF]*)\"");

  /** The key apart, which has two forms. */
  private static final List<String> SINGLE =
      List.of("Content-Type", "Content-Encoding", "X-Correlation-Id");

  /** Reads them; all that is wrong with either is reported. */
  public static Parsed<RequestHeaders> read(HttpRequest request) {
    Violations violations = new Violations();
    checkSingle(request, violations);
    Optional<String> key = request.header("idempotency-key").flatMap(sent -> key(sent, violations));
    Optional<VersionCondition> condition =
        request.header("if-match").flatMap(sent -> ifMatch(sent, violations));
    return violations.isEmpty()
        ? new Parsed.Valid<>(new RequestHeaders(key, condition))
        : new Parsed.Invalid<>(violations.toProblem(ProblemType.INVALID_HEADER));
  }

  /** Returns what is wrong where no key and no condition is looked at; empty if nothing is. */
  public static Optional<Problem> contradiction(HttpRequest request) {
    Violations violations = new Violations();
    checkSingle(request, violations);
    return violations.isEmpty()
        ? Optional.empty()
        : Optional.of(violations.toProblem(ProblemType.INVALID_HEADER));
  }

  private static void checkSingle(HttpRequest request, Violations violations) {
    for (String name : SINGLE) {
      if (request.values(name).size() > 1) {
        violations.add(
            new Violation.Header(name),
            "given-twice",
            "The header was sent with different values. Send it once.");
      }
    }
  }

  /** Returns the answer to a key that was sent where the body brings its own. */
  public static Problem keyTwice() {
    Violations violations = new Violations();
    violations.add(
        new Violation.Header("Idempotency-Key"),
        "given-twice",
        "The id of the item is the idempotency key. Remove this header.");
    return violations.toProblem(ProblemType.INVALID_HEADER);
  }

  /** Returns the answer to a version in the body that the header excludes. */
  public static Problem versionContradicted() {
    Violations violations = new Violations();
    violations.add(
        new Violation.Header("If-Match"),
        "contradicts-version",
        "payload.version is a different version. Send only one of them, or the same version in"
            + " both.");
    return violations.toProblem(ProblemType.INVALID_HEADER);
  }

  /**
   * Returns whether a reader has the version already (RFC 9110, section 13.1.2: compared weakly).
   */
  public static boolean ifNoneMatchHas(HttpRequest request, long version) {
    Optional<String> sent = request.header("if-none-match");
    return sent.isPresent()
        && tags(sent.get()).stream()
            .anyMatch(tag -> tag.equals("*") || opaque(tag).equals(Long.toString(version)));
  }

  /** Returns the elements of a list of entity tags (RFC 9110, section 5.6.1: none is empty). */
  private static List<String> tags(String sent) {
    return HeaderList.ENTITY_TAGS.elements(sent).stream().filter(tag -> !tag.isEmpty()).toList();
  }

  /** Returns what is in a tag's quotes, weak or not; an empty text if it is no tag. */
  private static String opaque(String tag) {
    Matcher matcher = TAG.matcher(tag);
    return matcher.matches() ? matcher.group(2) : "";
  }

  /**
   * Reads a key. A bare one holds no comma: nobody could tell it from two that the gateway joined.
   */
  private static Optional<String> key(String sent, Violations violations) {
    Set<String> keys = new TreeSet<>();
    for (String element : HeaderList.STRINGS.elements(sent)) {
      Optional<String> key = element.startsWith("\"") ? unquoted(element) : Optional.of(element);
      if (key.isEmpty() || !KEY.matcher(key.get()).matches()) {
        violations.add(
            new Violation.Header("Idempotency-Key"),
            "bad-format",
            "Must be 1 to 255 visible ASCII characters, with or without quotes.");
        return Optional.empty();
      }
      keys.add(key.get());
    }
    if (keys.size() > 1) {
      violations.add(
          new Violation.Header("Idempotency-Key"),
          "given-twice",
          "Send one key. Put a key that contains a comma in quotes.");
      return Optional.empty();
    }
    return Optional.of(keys.iterator().next());
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
    List<String> elements = tags(sent);
    if (!elements.isEmpty() && elements.stream().allMatch("*"::equals)) {
      return Optional.of(new VersionCondition.Any());
    }
    Set<String> tags = new TreeSet<>();
    for (String tag : elements) {
      if (tag.startsWith("W/") || !TAG.matcher(tag).matches()) {
        return badIfMatch(violations);
      }
      tags.add(opaque(tag));
    }
    return tags.isEmpty() ? badIfMatch(violations) : Optional.of(new VersionCondition.OneOf(tags));
  }

  private static Optional<VersionCondition> badIfMatch(Violations violations) {
    violations.add(
        new Violation.Header("If-Match"),
        "bad-format",
        "Must be * or a list of strong entity tags in quotes, as returned in ETag.");
    return Optional.empty();
  }
}
