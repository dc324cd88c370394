package orders.api;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orders.api.application.OrderLists;
import orders.domain.Order;
import orders.wire.OrderJson;
import orders.wire.Value;
import orders.wire.WireJson;
import orders.wire.WireTime;

/**
 * The body of a page of a list: as many of the orders as it has room for, and at least one. Each
 * order is written once, and counted as it is written.
 */
final class PageBody {
  /**
   * The most bytes of the body inside Lambda's own answer, where it is a JSON text: every quote and
   * backslash takes one byte more. Lambda refuses an answer of more than 6,291,556 bytes.
   */
  private static final int MAX_ESCAPED_BYTES = 6 * 1000 * 1000;

  /** Room for the end of the body: the cursor and the time. */
  private static final int END_BYTES = 2048;

  private final StringBuilder text = new StringBuilder("{\"orders\":[");
  private int orders;

  private PageBody() {}

  /** Begins a page with the first of these orders. */
  static PageBody of(List<Order> found) {
    PageBody page = new PageBody();
    int bytes = END_BYTES;
    int escaped = END_BYTES;
    for (Order order : found) {
      byte[] entry = WireJson.bytes(OrderJson.listed(order));
      bytes += entry.length + 1;
      escaped += entry.length + 1 + escapes(entry);
      if (page.orders > 0 && (bytes > OrderLists.MAX_PAGE_BYTES || escaped > MAX_ESCAPED_BYTES)) {
        break;
      }
      page.text
          .append(page.orders == 0 ? "" : ",")
          .append(new String(entry, StandardCharsets.UTF_8));
      page.orders++;
    }
    return page;
  }

  private static int escapes(byte[] json) {
    int count = 0;
    for (byte one : json) {
      if (one == '"' || one == '\\') {
        count++;
      }
    }
    return count;
  }

  /** Returns how many of the orders are on the page. */
  int orders() {
    return orders;
  }

  /** Ends the page. */
  String end(Optional<String> next, Instant asOf) {
    String end =
        WireJson.text(
            Value.fields()
                .with("next", next.isPresent() ? new Value.Text(next.get()) : Value.NOTHING)
                .with("asOf", WireTime.text(asOf))
                .build());
    return text.append("],").append(end, 1, end.length()).toString();
  }
}
