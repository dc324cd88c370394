package orders.api.form;

import java.util.Optional;
import orders.api.http.Violation.Pointer;
import orders.domain.Text;

/**
 * What a text must be; lengths are in code points.
 *
 * @param kind which characters
 */
record TextRule(int least, int most, Kind kind) {
  enum Kind {
    /** What {@link Text#isLine} allows, in NFC. */
    LINE,
    /** As LINE, and line breaks and tabs. */
    LINES,
    /** Space to tilde. */
    PRINTABLE_ASCII,
    /** Letters, digits, dot, underscore, hyphen, all ASCII. */
    TOKEN
  }

  static final TextRule LABEL = new TextRule(1, 200, Kind.LINE);
  static final TextRule NOTE = new TextRule(0, 500, Kind.LINES);
  static final TextRule REASON = new TextRule(1, 500, Kind.LINE);
  static final TextRule REFERENCE = new TextRule(1, 64, Kind.PRINTABLE_ASCII);
  static final TextRule CUSTOMER = new TextRule(1, 128, Kind.PRINTABLE_ASCII);
  static final TextRule SKU = new TextRule(1, 64, Kind.TOKEN);
  static final TextRule METADATA_VALUE = new TextRule(0, 500, Kind.LINE);

  /** Returns the text in its one spelling, or reports what is wrong with it. */
  Optional<String> check(String sent, Pointer at, Violations violations) {
    String text = Text.composed(sent);
    int before = violations.count();
    if (Text.length(text) < least) {
      violations.add(at, "too-short", "Must have at least " + least + " character.");
    } else if (Text.length(text) > most) {
      violations.add(at, "too-long", "Must have at most " + most + " characters.");
    }
    switch (kind) {
      case LINE, LINES -> {
        if (!(kind == Kind.LINES ? Text.isLines(text) : Text.isLine(text))) {
          violations.add(
              at, "control-character", "Must not contain control characters, U+FFFE or U+FFFF.");
        }
      }
      case PRINTABLE_ASCII -> {
        if (!text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
          violations.add(at, "bad-format", "Must contain only printable ASCII characters.");
        }
      }
      case TOKEN -> {
        if (!text.isEmpty() && !Text.isToken(text, Integer.MAX_VALUE)) {
          violations.add(at, "bad-format", "Must contain only A-Z a-z 0-9 . _ -");
        }
      }
    }
    return violations.count() == before ? Optional.of(text) : Optional.empty();
  }
}
