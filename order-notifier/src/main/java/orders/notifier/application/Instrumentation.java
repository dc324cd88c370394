package orders.notifier.application;

import java.time.Instant;

/** Is told of every step; turns it into a log line and a count. */
public interface Instrumentation {
  /** The event is out. */
  void published(OutboundEvent announcement, String messageId, Instant at);

  /** The event was not published, or not for certain; its record will come again. */
  void retried(OutboundEvent announcement, String reason);

  /** The record cannot be read, now or ever. */
  void unreadable(StreamRecord record, String reason);
}
