package orders.wire;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/**
 * The one written form of a time: RFC 3339 in UTC with exactly three digits of milliseconds, such
 * as {@code 2026-01-31T09:30:00.000Z}. Of one length, so texts sort as times do.
 */
public final class WireTime {
  private static final String FORM = "0000-00-00T00:00:00.000Z";

  private WireTime() {}

  /**
   * Writes a time; what is smaller than a millisecond is cut off.
   *
   * @throws IllegalArgumentException if the year has not four digits
   */
  public static String text(Instant time) {
    // By hand: DateTimeFormatter would be most of what writing a whole event costs a cold start.
    LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    if (utc.getYear() < 0 || utc.getYear() > 9999) {
      throw new IllegalArgumentException("no year of four digits: " + utc.getYear());
    }
    char[] text = FORM.toCharArray();
    digits(text, 0, 4, utc.getYear());
    digits(text, 5, 2, utc.getMonthValue());
    digits(text, 8, 2, utc.getDayOfMonth());
    digits(text, 11, 2, utc.getHour());
    digits(text, 14, 2, utc.getMinute());
    digits(text, 17, 2, utc.getSecond());
    digits(text, 20, 3, time.get(ChronoField.MILLI_OF_SECOND));
    return new String(text);
  }

  /**
   * Reads a time in the written form alone.
   *
   * @throws IllegalArgumentException if the text has another form or names no time
   */
  public static Instant parse(String text) {
    if (text.length() != FORM.length()) {
      throw new IllegalArgumentException("not a time of the form " + FORM);
    }
    for (int i = 0; i < FORM.length(); i++) {
      char c = text.charAt(i);
      if (FORM.charAt(i) == '0' ? c < '0' || c > '9' : c != FORM.charAt(i)) {
        throw new IllegalArgumentException("not a time of the form " + FORM);
      }
    }
    try {
      return LocalDateTime.of(
              number(text, 0, 4),
              number(text, 5, 7),
              number(text, 8, 10),
              number(text, 11, 13),
              number(text, 14, 16),
              number(text, 17, 19),
              number(text, 20, 23) * 1_000_000)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException noTime) {
      throw new IllegalArgumentException("not a time", noTime);
    }
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }

  private static void digits(char[] text, int from, int count, int number) {
    int rest = number;
    for (int i = from + count - 1; i >= from; i--) {
      text[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
