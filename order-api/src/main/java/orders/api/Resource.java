package orders.api;

import java.util.Optional;
import java.util.Set;
import orders.domain.OrderId;

/** What is there under a path. */
sealed interface Resource {
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

  /** Returns what is there; empty if nothing is, as under an order id that is none. */
  static Optional<Resource> at(String path) {
    return switch (path) {
      case "/orders" -> Optional.of(new Orders());
      case "/operations" -> Optional.of(new Operations());
      case "/health" -> Optional.of(new Health());
      case "/openapi.json" -> Optional.of(new Description());
      default -> path.startsWith("/orders/") ? ofOrder(path.split("/", -1)) : Optional.empty();
    };
  }

  private static Optional<Resource> ofOrder(String[] parts) {
    OrderId id;
    try {
      id = OrderId.of(parts[2]);
    } catch (IllegalArgumentException noId) {
      return Optional.empty();
    }
    return switch (parts.length) {
      case 3 -> Optional.of(new OneOrder(id));
      case 4 ->
          parts[3].equals("history")
              ? Optional.of(new History(id))
              : Move.Kind.of(parts[3]).map(kind -> new Move(id, kind));
      default -> Optional.empty();
    };
  }
}
