package orders.api;

import java.util.Optional;
import java.util.Set;
import orders.domain.OrderId;

/** What is there under a path. */
sealed interface Resource {
  /** The path of one order in a route. */
  String ORDER = "/orders/{orderId}";

  /** Returns the methods it has. */
  Set<String> methods();

  /** All orders that the caller may see. */
  record Orders() implements Resource {
    @Override
    public Set<String> methods() {
      return Set.of("GET", "POST");
    }
  }

  /** One order. */
  record OneOrder(OrderId id) implements Resource {
    @Override
    public Set<String> methods() {
      return Set.of("GET", "PATCH");
    }
  }

  /** What happened to an order. */
  record History(OrderId id) implements Resource {
    @Override
    public Set<String> methods() {
      return Set.of("GET");
    }
  }

  /** A move of an order. */
  record Move(OrderId id, Kind kind) implements Resource {
    /** The moves by the name in their path. */
    enum Kind {
      CANCEL("cancel"),
      CONFIRM("confirm"),
      SHIP("ship"),
      DELIVER("deliver");

      private final String path;

      Kind(String path) {
        this.path = path;
      }

      static Optional<Kind> of(String path) {
        for (Kind kind : values()) {
          if (kind.path.equals(path)) {
            return Optional.of(kind);
          }
        }
        return Optional.empty();
      }
    }

    @Override
    public Set<String> methods() {
      return Set.of("POST");
    }
  }

  /** The operation envelope. */
  record Operations() implements Resource {
    @Override
    public Set<String> methods() {
      return Set.of("POST");
    }
  }

  /** Whether the function is well. */
  record Health() implements Resource {
    @Override
    public Set<String> methods() {
      return Set.of("GET");
    }
  }

  /** The description of this API. */
  record Description() implements Resource {
    @Override
    public Set<String> methods() {
      return Set.of("GET");
    }
  }

  /**
   * Returns what a route leads to; empty if nothing is there, as under an order id that is none.
   *
   * @param routePath with {@code {orderId}} where the id is
   */
  static Optional<Resource> of(String routePath, String orderId) {
    return switch (routePath) {
      case "/orders" -> Optional.of(new Orders());
      case "/operations" -> Optional.of(new Operations());
      case "/health" -> Optional.of(new Health());
      case "/openapi.json" -> Optional.of(new Description());
      default ->
          routePath.startsWith(ORDER)
              ? ofOrder(routePath.substring(ORDER.length()), orderId)
              : Optional.empty();
    };
  }

  /** Returns what would be under a path, had its method a route. */
  static Optional<Resource> at(String path) {
    if (!path.startsWith("/orders/")) {
      return of(path, "");
    }
    int start = "/orders/".length();
    int slash = path.indexOf('/', start);
    int end = slash < 0 ? path.length() : slash;
    return of(ORDER + path.substring(end), path.substring(start, end));
  }

  private static Optional<Resource> ofOrder(String rest, String orderId) {
    OrderId id;
    try {
      id = OrderId.of(orderId);
    } catch (IllegalArgumentException noId) {
      return Optional.empty();
    }
    return switch (rest) {
      case "" -> Optional.of(new OneOrder(id));
      case "/history" -> Optional.of(new History(id));
      default ->
          rest.startsWith("/")
              ? Move.Kind.of(rest.substring(1)).map(kind -> new Move(id, kind))
              : Optional.empty();
    };
  }
}
