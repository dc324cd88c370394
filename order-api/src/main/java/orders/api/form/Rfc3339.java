package orders.api.form;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as RFC 3339 writes them, section 5.6. */
final class Rfc3339 {
  private static final Pattern TIME =
      Pattern.compile(
          "(\\d{4})-(\\d{2})-(\\d{2})[Tt](\\d{2}):(\\d{2}):(\\d{2})(?:\\.(\\d++))?"
              + "(?:[Zz]|([+-])([01]\\d|2[0-3]):([0-5]\\d))");

  private static final LocalTime LAST_MINUTE = LocalTime.of(23, 59);
  private static final int NANOS_DIGITS = 9;

  private Rfc3339() {}

  /**
   * Reads a time. What is finer than nanoseconds is rounded up; a leap second is the start of the
   * second after it, which is as near as a clock without leap seconds comes.
   *
   * @throws DateTimeException if it is none
   */
  static Instant parse(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw new DateTimeException("not a time of RFC 3339");
    }
    int second = number(time, 6);
    boolean isLeap = second == 60;
    LocalDateTime utc =
        LocalDateTime.of(
                number(time, 1),
                number(time, 2),
                number(time, 3),
                number(time, 4),
                number(time, 5),
                isLeap ? 0 : second)
            .minusMinutes(offset(time));
    if (!isLeap) {
      return utc.toInstant(ZoneOffset.UTC).plusNanos(nanos(time.group(7)));
    }
    // Leap seconds end a month, in UTC.
    if (!utc.toLocalTime().equals(LAST_MINUTE) || utc.plusMinutes(1).getDayOfMonth() != 1) {
      throw new DateTimeException("no leap second is there");
    }
    return utc.plusMinutes(1).toInstant(ZoneOffset.UTC);
  }

  private static int offset(Matcher time) {
    if (time.group(8) == null) {
      return 0;
    }
    int minutes = number(time, 9) * 60 + number(time, 10);
    return time.group(8).equals("-") ? -minutes : minutes;
  }

  private static long nanos(@Nullable String fraction) {
    if (fraction == null) {
      return 0;
    }
    String digits = fraction + "0".repeat(NANOS_DIGITS);
    long nanos = Long.parseLong(digits.substring(0, NANOS_DIGITS));
    boolean isExact = digits.substring(NANOS_DIGITS).chars().allMatch(digit -> digit == '0');
    return isExact ? nanos : nanos + 1;
  }

  private static int number(Matcher time, int group) {
    return Integer.parseInt(time.group(group));
  }
}
