package orders.notifier.application;

import java.util.List;

/** Where events are published. */
public interface EventPublisher {
  /** The most events of one request. */
  int MAX_EVENTS = 10;

  /** The most bytes of one request: the limit of SNS, less room for the attributes of ten. */
  int MAX_BYTES = (256 - 10) * 1024;

  /**
   * Publishes events in one request.
   *
   * @param announcements 1 to {@link #MAX_EVENTS}, no two of one order
   * @return an answer for each, in the same order
   */
  List<Answer> publish(List<OutboundEvent> announcements);

  /** What became of one event. */
  sealed interface Answer {
    /** It is out. */
    record Published(String messageId) implements Answer {}

    /** It is not out, or nobody knows. */
    record Failed(String reason) implements Answer {}
  }
}
