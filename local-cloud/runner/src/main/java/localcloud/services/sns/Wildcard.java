package localcloud.services.sns;

/** Patterns in which {@code *} stands for any text, and {@code \} takes a star's meaning away. */
final class Wildcard {
  private Wildcard() {}

  /** Returns whether the whole text matches; never takes longer than both lengths multiplied. */
  static boolean matches(String pattern, String text) {
    // Stars that are meant as such become a character that no text holds.
    String literal = pattern.replace("\\\\", "\uE001").replace("\\*", "\uE000");
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (p < literal.length() && literal.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < literal.length() && meant(literal.charAt(p)) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < literal.length() && literal.charAt(p) == '*') {
      p++;
    }
    return p == literal.length();
  }

  private static char meant(char c) {
    return switch (c) {
      case '\uE000' -> '*';
      case '\uE001' -> '\\';
      default -> c;
    };
  }
}
