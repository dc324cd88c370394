package orders.ops;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orders.domain.OrderChange;
import orders.domain.StoredOrder;
import orders.wire.OrderEventJson;
import software.amazon.awssdk.services.sns.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sns.model.PublishBatchResponse;

/**
 * Publishes events again, made from the table's history: the same ids, the same bytes. Subscribers
 * know repeats by their ids.
 */
public final class Replay {
  private static final int MAX_ENTRIES = 10;
  private static final int MAX_BYTES = (256 - 10) * 1024;

  private final Stack stack;
  private final OrdersTable table;

  public Replay(Stack stack) {
    this.stack = stack;
    table = new OrdersTable(stack.dynamoDb(), stack.ordersTable());
  }

  /**
   * What was done.
   *
   * @param indexEntriesRead entries of the index that were looked at to find the orders
   * @param ordersRead orders whose history was looked at
   * @param eventsRead events in these histories
   * @param orders orders of which events were published
   * @param events events that are out again
   * @param missing orders that were asked for and are not stored
   */
  public record Result(
      long indexEntriesRead,
      int ordersRead,
      int eventsRead,
      int orders,
      int events,
      List<String> missing) {}

  /** Publishes every event of these orders. */
  public Result orders(Collection<String> orderIds) {
    return publish(orderIds, Instant.MIN);
  }

  /**
   * Publishes every event that was stored since a moment. Finds the orders by the index of when
   * they were accepted: one that was accepted more than {@code oldest} before that moment and
   * stored or changed after it is not found.
   */
  public Result since(Instant moment, Duration oldest) {
    return publish(table.storedSince(moment.minus(oldest), moment), moment);
  }

  /** Returns when a change was stored: an order's placing may have waited long for its turn. */
  private static Instant storedAt(StoredOrder order, OrderChange change) {
    Instant storedAt = order.storedAt();
    return change.kind() == OrderChange.Kind.PLACED && storedAt != null ? storedAt : change.at();
  }

  private Result publish(Collection<String> orderIds, Instant since) {
    int events = 0;
    int orders = 0;
    int ordersRead = 0;
    int eventsRead = 0;
    List<String> missing = new ArrayList<>();
    List<String> all = orderIds.stream().distinct().toList();
    for (int from = 0; from < all.size(); from += 100) {
      List<String> some = all.subList(from, Math.min(all.size(), from + 100));
      Map<String, StoredOrder> found = table.find(some);
      some.stream().filter(id -> !found.containsKey(id)).forEach(missing::add);
      List<OrderEventJson> due = new ArrayList<>();
      for (StoredOrder order : found.values()) {
        int before = due.size();
        ordersRead++;
        eventsRead += order.history().size();
        order.history().stream()
            .filter(change -> !storedAt(order, change).isBefore(since))
            .forEach(change -> due.add(OrderEventJson.of(order, change.version())));
        orders += due.size() > before ? 1 : 0;
      }
      publish(due);
      events += due.size();
    }
    return new Result(
        table.indexEntriesRead(), ordersRead, eventsRead, orders, events, List.copyOf(missing));
  }

  /** Publishes in the order given; two events of one order are never in one request. */
  private void publish(List<OrderEventJson> events) {
    List<OrderEventJson> request = new ArrayList<>();
    Set<String> orders = new HashSet<>();
    int bytes = 0;
    for (OrderEventJson event : events) {
      String order = event.id().substring(0, event.id().indexOf(':'));
      int size = event.json().getBytes(StandardCharsets.UTF_8).length;
      if (request.size() == MAX_ENTRIES
          || orders.contains(order)
          || (!request.isEmpty() && bytes + size > MAX_BYTES)) {
        send(request);
        request.clear();
        orders.clear();
        bytes = 0;
      }
      request.add(event);
      orders.add(order);
      bytes += size;
    }
    if (!request.isEmpty()) {
      send(request);
    }
  }

  private void send(List<OrderEventJson> events) {
    List<PublishBatchRequestEntry> entries = new ArrayList<>();
    for (OrderEventJson event : events) {
      entries.add(
          PublishBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .message(event.json())
              .messageAttributes(
                  Map.of(
                      "type", text(event.type()),
                      "status", text(event.status()),
                      "customerId", text(event.customerId()),
                      "currency", text(event.currency())))
              .build());
    }
    PublishBatchResponse answer =
        stack
            .sns()
            .publishBatch(
                batch -> batch.topicArn(stack.eventsTopic()).publishBatchRequestEntries(entries));
    if (answer.successful().size() != entries.size()) {
      List<String> failed =
          answer.failed().stream()
              .map((BatchResultErrorEntry entry) -> entry.id() + " " + entry.code())
              .toList();
      throw new OpsException(
          "the topic refused "
              + (entries.size() - answer.successful().size())
              + " of "
              + entries.size()
              + " events: "
              + failed
              + "; run the command again, repeats do no harm");
    }
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }
}
