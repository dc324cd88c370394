package orders.notifier.application;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import orders.domain.OrderId;
import orders.notifier.application.EventPublisher.Answer;
import orders.wire.UnreadableException;

/**
 * Publishes the events of a run of stream records, in their order, and stops at the first that
 * fails: the stream then comes again from there, so no event overtakes an earlier one of its order.
 */
public final class PublishChanges {
  private final EventPublisher publisher;
  private final Instrumentation instrumentation;
  private final Clock clock;

  public PublishChanges(EventPublisher publisher, Instrumentation instrumentation, Clock clock) {
    this.publisher = publisher;
    this.instrumentation = instrumentation;
    this.clock = clock;
  }

  /**
   * Publishes.
   *
   * @param outOfTime tells when to stop beginning anything new
   * @return the sequence number from which on the records have to come again; empty if all is out
   * @throws FirstRecordException if the first record is the one that fails, by itself
   */
  public Optional<String> publish(List<StreamRecord> records, BooleanSupplier outOfTime) {
    List<OutboundEvent> open = new ArrayList<>();
    Optional<StreamRecord> unreadable = announce(records, open);
    for (List<OutboundEvent> request : requests(open)) {
      if (outOfTime.getAsBoolean()) {
        OutboundEvent first = request.getFirst();
        instrumentation.retried(first, "out-of-time");
        return Optional.of(first.sequenceNumber());
      }
      Optional<String> failed = send(request, isFirst(request, records));
      if (failed.isPresent()) {
        return failed;
      }
    }
    if (unreadable.isPresent() && unreadable.get().equals(records.getFirst())) {
      throw new FirstRecordException("unreadable");
    }
    return unreadable.map(StreamRecord::sequenceNumber);
  }

  /**
   * The first record of a batch fails, and nothing is wrong with those behind it. Lambda splits a
   * batch at the sequence number that it is told: told the first, it would try all of them together
   * to the end, and give them up together. An invocation that fails has its batch halved, until the
   * record stands alone.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html">
   *     Bisecting a batch</a>
   */
  public static final class FirstRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FirstRecordException(String why) {
      super("the first record fails by itself: " + why);
    }
  }

  private static boolean isFirst(List<OutboundEvent> request, List<StreamRecord> records) {
    return request.getFirst().sequenceNumber().equals(records.getFirst().sequenceNumber());
  }

  /** Makes the events up to the first record that cannot be read, and returns that record. */
  private Optional<StreamRecord> announce(List<StreamRecord> records, List<OutboundEvent> made) {
    for (StreamRecord record : records) {
      try {
        OutboundEvent.of(record).ifPresent(made::add);
      } catch (UnreadableException unreadable) {
        instrumentation.unreadable(record, unreadable.reason());
        return Optional.of(record);
      }
    }
    return Optional.empty();
  }

  /**
   * Cuts the events into requests. Two of one order never share one: each entry succeeds or fails
   * for itself, and the second must not be out while the first is not.
   */
  private static List<List<OutboundEvent>> requests(List<OutboundEvent> announcements) {
    List<List<OutboundEvent>> requests = new ArrayList<>();
    List<OutboundEvent> request = new ArrayList<>();
    Set<OrderId> orders = new HashSet<>();
    int bytes = 0;
    for (OutboundEvent announcement : announcements) {
      int size = announcement.event().json().getBytes(StandardCharsets.UTF_8).length;
      OrderId order = announcement.order().order().id();
      if (!request.isEmpty()
          && (request.size() == EventPublisher.MAX_EVENTS
              || bytes + size > EventPublisher.MAX_BYTES
              || orders.contains(order))) {
        requests.add(request);
        request = new ArrayList<>();
        orders.clear();
        bytes = 0;
      }
      request.add(announcement);
      orders.add(order);
      bytes += size;
    }
    if (!request.isEmpty()) {
      requests.add(request);
    }
    return requests;
  }

  /**
   * Sends one request, and returns the first record of which the event is not out.
   *
   * @param isFirst whether it begins with the first record of the batch
   */
  private Optional<String> send(List<OutboundEvent> request, boolean isFirst) {
    List<Answer> answers = publisher.publish(request);
    Optional<String> firstFailed = Optional.empty();
    for (int i = 0; i < request.size(); i++) {
      OutboundEvent announcement = request.get(i);
      switch (answers.get(i)) {
        case Answer.Published(String messageId) ->
            instrumentation.published(announcement, messageId, clock.instant());
        case Answer.Failed(String reason) -> {
          instrumentation.retried(announcement, reason);
          if (firstFailed.isEmpty()) {
            firstFailed = Optional.of(announcement.sequenceNumber());
          }
        }
      }
    }
    if (isFirst
        && answers.getFirst() instanceof Answer.Failed(String reason)
        && answers.stream().anyMatch(Answer.Published.class::isInstance)) {
      throw new FirstRecordException(reason);
    }
    return firstFailed;
  }
}
