package orders.domain;

import java.text.Normalizer;

/** What texts may hold. Lengths are counted in code points. */
public final class Text {
  private static final char FIRST_COMBINING = '\u0300';

  private Text() {}

  /** Returns whether the text is 1 to {@code most} of {@code A-Z a-z 0-9 . _ -}. */
  public static boolean isToken(String text, int most) {
    return isWithin(text, most)
        && text.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '.'
                        || c == '_'
                        || c == '-');
  }

  /** Returns whether the text is 1 to {@code most} printable ASCII characters, space included. */
  public static boolean isPrintableAscii(String text, int most) {
    return isWithin(text, most) && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /**
   * Returns whether every later stage can write the text, and it is one line: no control character,
   * no half of a surrogate pair, neither U+FFFE nor U+FFFF, which a queue refuses.
   */
  public static boolean isLine(String text) {
    return text.codePoints().allMatch(Text::isWritable);
  }

  /** Returns whether the text is as {@link #isLine} says, line breaks and tabs apart. */
  public static boolean isLines(String text) {
    return text.codePoints().allMatch(c -> isWritable(c) || c == '\t' || c == '\n' || c == '\r');
  }

  private static boolean isWritable(int c) {
    return !Character.isISOControl(c)
        && (c <= 0xD7FF || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000);
  }

  /** Returns the length in code points, as a person would count all but combined characters. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Returns the text in Unicode's composed form (NFC), so that one text has one spelling. */
  public static String composed(String text) {
    // What comes before the first combining character is composed as it is: nearly every text, and
    // the tables of the others need not be loaded.
    return text.chars().allMatch(c -> c < FIRST_COMBINING)
            || Normalizer.isNormalized(text, Normalizer.Form.NFC)
        ? text
        : Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  private static boolean isWithin(String text, int most) {
    return !text.isEmpty() && text.length() <= most;
  }
}
