package orders.lambda.logging;

import org.slf4j.Logger;
import org.slf4j.event.Level;
import software.amazon.lambda.powertools.logging.internal.LoggingManager;

/**
 * From which level on lines are written. Powertools sets it from {@code POWERTOOLS_LOG_LEVEL};
 * found by name in {@code META-INF/services}.
 */
public final class LogLevel implements LoggingManager {
  private static volatile Level least = Level.INFO;

  @Override
  public void setLogLevel(Level level) {
    set(level);
  }

  private static void set(Level level) {
    least = level;
  }

  @Override
  public Level getLogLevel(Logger logger) {
    return of(logger.getName());
  }

  /**
   * Returns the least level of a logger. Other people's code never gets below a warning: on DEBUG
   * the SDK writes whole requests, and with them addresses and notes, into the log.
   */
  static Level of(String logger) {
    Level level = least;
    return logger.startsWith("orders.") || level.toInt() > Level.WARN.toInt() ? level : Level.WARN;
  }
}
