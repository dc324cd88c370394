package orders.api.form;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import orders.api.application.ListPosition;
import orders.api.application.ListQuery;
import orders.api.application.ListQuery.Direction;
import orders.api.http.Caller;
import orders.api.http.Problem;
import orders.api.http.ProblemType;
import orders.api.http.QueryString;
import orders.api.http.Violation;
import orders.domain.CustomerId;
import orders.domain.OrderStatus;
import orders.domain.Text;
import org.jspecify.annotations.Nullable;

/**
 * A list that may be read.
 *
 * @param after where the page before ended; empty for the first
 * @param sent the parameters as they were sent, without the cursor
 */
public record ListQueryParser(
    ListQuery query, Optional<ListPosition> after, List<Map.Entry<String, String>> sent) {
  static final Set<String> NAMES =
      Set.of(
          "status", "customerId", "reference", "placedFrom", "placedTo", "limit", "cursor", "sort");
  private static final int DEFAULT_LIMIT = 25;
  private static final int MAX_LIMIT = 100;
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  public ListQueryParser {
    sent = List.copyOf(sent);
  }

  /** Returns whether a time is in the years 1970 to 9999: of any other, no order can be. */
  static boolean isWithinTime(Instant time) {
    return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
  }

  /** Returns the cursor of the page that begins after a position. */
  public String cursor(ListPosition position, Caller caller) {
    return Cursor.write(position, query, caller);
  }

  /** Returns this list's address with a cursor. */
  public String link(String cursor) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>(sent);
    pairs.add(Map.entry("cursor", cursor));
    return "/orders?" + QueryString.write(pairs);
  }

  /** Reads the query of a URL. */
  public static Parsed<ListQueryParser> read(String rawQuery, Caller caller) {
    Violations violations = new Violations();
    List<Map.Entry<String, String>> pairs;
    try {
      pairs = QueryString.read(rawQuery);
    } catch (IllegalArgumentException malformed) {
      violations.add(
          new Violation.Parameter(""),
          "bad-format",
          "The query string must be percent-encoded UTF-8.");
      return new Parsed.Invalid<>(violations.toProblem(ProblemType.INVALID_PARAMETER));
    }
    Map<String, String> values = new LinkedHashMap<>();
    Set<String> reported = new HashSet<>();
    for (Map.Entry<String, String> pair : pairs) {
      String name = pair.getKey();
      if (!NAMES.contains(name)) {
        if (reported.add(name)) {
          violations.add(
              new Violation.Parameter(name), "unknown-parameter", "Unknown parameter. Remove it.");
        }
      } else if (values.putIfAbsent(name, pair.getValue()) != null && reported.add(name)) {
        violations.add(
            new Violation.Parameter(name),
            "repeated-parameter",
            "Send this parameter once. Separate several statuses with commas.");
      }
    }
    return new Reader(values, violations, Violation.Parameter::new).read(caller);
  }

  /** Reads parameters that came another way. */
  static Parsed<ListQueryParser> read(
      Map<String, String> values,
      Violations violations,
      Function<String, Violation.Place> places,
      Caller caller) {
    return new Reader(values, violations, places).read(caller);
  }

  private record Reader(
      Map<String, String> values, Violations violations, Function<String, Violation.Place> places) {

    Parsed<ListQueryParser> read(Caller caller) {
      Set<OrderStatus> statuses = statuses();
      Optional<CustomerId> customer = customer(caller);
      Optional<String> reference = reference();
      Optional<Instant> from = time("placedFrom");
      Optional<Instant> to = time("placedTo");
      // Compared as they were sent: two bounds within a millisecond become the same bound.
      if (from.isPresent() && to.isPresent() && from.get().isAfter(to.get())) {
        report("placedFrom", "out-of-range", "placedFrom is after placedTo: swap the two.");
      }
      int limit = limit();
      Direction direction = direction();
      if (!violations.isEmpty()) {
        return new Parsed.Invalid<>(violations.toProblem(ProblemType.INVALID_PARAMETER));
      }
      ListQuery query =
          new ListQuery(
              customer,
              reference,
              statuses,
              from.map(Reader::bound),
              to.map(Reader::bound),
              direction,
              limit);
      List<Map.Entry<String, String>> sent =
          values.entrySet().stream().filter(pair -> !pair.getKey().equals("cursor")).toList();
      String cursor = values.get("cursor");
      if (cursor == null) {
        return new Parsed.Valid<>(new ListQueryParser(query, Optional.empty(), sent));
      }
      Optional<ListPosition> after = Cursor.read(cursor, query, caller);
      return after.isPresent()
          ? new Parsed.Valid<>(new ListQueryParser(query, after, sent))
          : new Parsed.Invalid<>(
              Problem.of(
                  ProblemType.INVALID_CURSOR,
                  "Send the cursor unchanged, as the same caller, with the same parameters."));
    }

    private Set<OrderStatus> statuses() {
      String sent = values.get("status");
      if (sent == null) {
        return EnumSet.allOf(OrderStatus.class);
      }
      Set<OrderStatus> statuses = EnumSet.noneOf(OrderStatus.class);
      for (String name : sent.split(",", -1)) {
        Optional<OrderStatus> status = status(name);
        if (status.isEmpty()) {
          report(
              "status",
              "unknown-status",
              "Must be one or more of: " + List.of(OrderStatus.values()) + ".");
          return EnumSet.allOf(OrderStatus.class);
        }
        statuses.add(status.get());
      }
      return statuses;
    }

    private static Optional<OrderStatus> status(String name) {
      for (OrderStatus status : OrderStatus.values()) {
        if (status.name().equals(name)) {
          return Optional.of(status);
        }
      }
      return Optional.empty();
    }

    private Optional<CustomerId> customer(Caller caller) {
      String sent = values.get("customerId");
      if (sent == null) {
        return caller.isAdmin() ? Optional.empty() : Optional.of(caller.id());
      }
      if (!caller.isAdmin()) {
        report(
            "customerId", "admin-only", "Only callers with orders/admin can filter by customerId.");
      } else if (!Text.isPrintableAscii(sent, TextRule.CUSTOMER.most())) {
        report("customerId", "bad-format", "Must be 1 to 128 printable ASCII characters.");
      } else {
        return Optional.of(new CustomerId(sent));
      }
      return Optional.empty();
    }

    private Optional<String> reference() {
      String sent = values.get("reference");
      if (sent != null && !Text.isPrintableAscii(sent, TextRule.REFERENCE.most())) {
        report("reference", "bad-format", "Give 1 to 64 printable ASCII characters.");
        return Optional.empty();
      }
      return Optional.ofNullable(sent);
    }

    private Optional<Instant> time(String name) {
      @Nullable String sent = values.get(name);
      if (sent == null) {
        return Optional.empty();
      }
      try {
        return Optional.of(Rfc3339.parse(sent));
      } catch (DateTimeException notOne) {
        // A plus sign that was not encoded arrives as a space.
        String hint = sent.contains(" ") ? " In a URL, write + as %2B." : "";
        report(
            name, "bad-format", "Must be an RFC 3339 time, such as 2026-01-31T09:30:00Z." + hint);
        return Optional.empty();
      }
    }

    /**
     * Returns the bound in the times that orders can have: whole milliseconds of the years 1970 to
     * 9999. Clients write an open end as the first or the last time they know.
     */
    private static Instant bound(Instant exact) {
      Instant cut = exact.truncatedTo(ChronoUnit.MILLIS);
      Instant bound = cut.equals(exact) ? cut : cut.plusMillis(1);
      return bound.isBefore(EARLIEST) ? EARLIEST : bound.isAfter(LATEST) ? LATEST : bound;
    }

    private int limit() {
      String sent = values.get("limit");
      if (sent == null) {
        return DEFAULT_LIMIT;
      }
      if (sent.matches("[1-9][0-9]{0,2}") && Integer.parseInt(sent) <= MAX_LIMIT) {
        return Integer.parseInt(sent);
      }
      report("limit", "out-of-range", "Must be between 1 and 100.");
      return DEFAULT_LIMIT;
    }

    private Direction direction() {
      String sent = values.get("sort");
      if (sent == null) {
        return Direction.NEWEST_FIRST;
      }
      for (Direction direction : Direction.values()) {
        if (direction.written().equals(sent)) {
          return direction;
        }
      }
      report("sort", "unknown-sort", "Must be -placedAt or placedAt.");
      return Direction.NEWEST_FIRST;
    }

    private void report(String name, String code, String detail) {
      violations.add(places.apply(name), code, detail);
    }
  }
}
