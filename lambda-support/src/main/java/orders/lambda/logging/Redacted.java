package orders.lambda.logging;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Exceptions as they may be logged: of any other code than ours, only the class and the stack. The
 * texts of services and libraries can repeat what was sent, which is a customer's order.
 */
public final class Redacted {
  /** Instead of a text that is not ours. */
  private static final String OMITTED = "(not logged)";

  private Redacted() {}

  /** Returns whether the exception and everything it brings along has our own texts only. */
  public static boolean isSafe(Throwable throwable) {
    return isOurs(throwable)
        && throwable.getCause() == null
        && throwable.getSuppressed().length == 0;
  }

  /** Returns the message if it is one of ours. */
  static String messageOf(Throwable throwable) {
    return isOurs(throwable) ? String.valueOf(throwable.getMessage()) : OMITTED;
  }

  /** Returns the stack trace with causes and suppressed exceptions. */
  static String stackOf(Throwable throwable) {
    StringBuilder text = new StringBuilder();
    write(text, "", throwable, Collections.newSetFromMap(new IdentityHashMap<>()));
    return text.toString();
  }

  /** An exception that took its message from its cause has the cause's. */
  private static boolean isOurs(Throwable throwable) {
    Throwable cause = throwable.getCause();
    return throwable.getClass().getName().startsWith("orders.")
        && (cause == null || !cause.toString().equals(throwable.getMessage()));
  }

  private static void write(
      StringBuilder text, String caption, Throwable throwable, Set<Throwable> written) {
    if (!written.add(throwable)) {
      return;
    }
    text.append(caption).append(throwable.getClass().getName());
    if (isOurs(throwable)) {
      text.append(": ").append(throwable.getMessage());
    }
    text.append('\n');
    for (StackTraceElement frame : throwable.getStackTrace()) {
      text.append("\tat ").append(frame).append('\n');
    }
    for (Throwable suppressed : throwable.getSuppressed()) {
      write(text, "Suppressed: ", suppressed, written);
    }
    if (throwable.getCause() != null) {
      write(text, "Caused by: ", throwable.getCause(), written);
    }
  }
}
