package orders.api;

import java.util.List;
import java.util.Map;
import java.util.Set;
import orders.api.application.ChangeOrders;
import orders.api.application.OrderView;
import orders.api.application.PlaceOrders;
import orders.api.application.StoredResponse;
import orders.api.form.AmendmentParser;
import orders.api.http.HttpResponse;
import orders.api.http.Problem;
import orders.api.http.ProblemType;
import orders.api.http.Violation.Pointer;
import orders.domain.ContentsPatch;
import orders.domain.OrderContents;
import orders.domain.OrderStatus;
import orders.wire.OrderJson;

/** Turns what the use cases say into what HTTP says. */
final class Responses {
  private static final String SOON = "1";

  private Responses() {}

  /** An answer that is right, or the problem with the request. */
  sealed interface Answer {
    /** All is well. */
    record Good(HttpResponse response) implements Answer {}

    /** All is not. */
    record Bad(Problem problem) implements Answer {}
  }

  static Answer good(HttpResponse response) {
    return new Answer.Good(response);
  }

  static Answer bad(Problem problem) {
    return new Answer.Bad(problem);
  }

  static Answer of(PlaceOrders.Outcome outcome, String key) {
    return switch (outcome) {
      case PlaceOrders.Outcome.Accepted(StoredResponse answer, boolean replayed) ->
          good(accepted(answer, replayed, key).with("location", "/orders/" + answer.orderId()));
      case PlaceOrders.Outcome.InProgress() -> bad(inProgress());
      case PlaceOrders.Outcome.KeyReused() -> bad(keyReused());
    };
  }

  /**
   * Responses a change.
   *
   * @param changes where the body has what is to be changed
   */
  static Answer of(ChangeOrders.Outcome outcome, String key, Pointer changes) {
    return switch (outcome) {
      case ChangeOrders.Outcome.Accepted(StoredResponse answer, boolean replayed) ->
          good(accepted(answer, replayed, key).with("etag", etag(answer.version())));
      case ChangeOrders.Outcome.NotFound() -> bad(Problem.notFound());
      case ChangeOrders.Outcome.StillPending() ->
          bad(illegal(OrderJson.PENDING, Set.of()).with("retry-after", SOON));
      case ChangeOrders.Outcome.VersionMismatch(long version) ->
          bad(
              Problem.of(
                      ProblemType.VERSION_MISMATCH,
                      "The order is at version "
                          + version
                          + ". Read it again, then retry with the current ETag.")
                  .with("etag", etag(version)));
      case ChangeOrders.Outcome.Illegal(OrderStatus status, Set<OrderStatus> successors) ->
          bad(illegal(status.name(), successors));
      case ChangeOrders.Outcome.NoRoom(OrderStatus status, Set<OrderStatus> successors) ->
          bad(
              illegal(
                  "The order has no room for another amendment.",
                  status.name(),
                  movesTo(successors)));
      case ChangeOrders.Outcome.NotAnOrder(OrderContents before, ContentsPatch patch) ->
          bad(AmendmentParser.problem(before, patch, changes));
      case ChangeOrders.Outcome.InProgress() -> bad(inProgress());
      case ChangeOrders.Outcome.KeyReused() -> bad(keyReused());
    };
  }

  private static HttpResponse accepted(StoredResponse answer, boolean replayed, String key) {
    HttpResponse response = HttpResponse.json(202, answer.body()).with("idempotency-key", key);
    return replayed ? response.with("idempotent-replayed", "true") : response;
  }

  /** An order, for whoever has seen no version of it or an older one. */
  static HttpResponse order(OrderView order) {
    return HttpResponse.json(200, order.json())
        .with("etag", etag(order.version()))
        .with("cache-control", "private, no-cache");
  }

  static HttpResponse notModified(long version) {
    return new HttpResponse(
        304, Map.of("etag", etag(version), "cache-control", "private, no-cache"), "");
  }

  static HttpResponse history(OrderView order) {
    return HttpResponse.json(200, order.historyJson());
  }

  static Problem versionRequired() {
    return Problem.of(
        ProblemType.VERSION_REQUIRED,
        "Send If-Match with the ETag of the version to change, or with * for any version.");
  }

  static Problem unavailable() {
    return Problem.of(
            ProblemType.UNAVAILABLE,
            "The service is temporarily unavailable. Retry with the same Idempotency-Key.")
        .with("retry-after", SOON);
  }

  static Problem internalError() {
    return Problem.of(
        ProblemType.INTERNAL_ERROR,
        "The server failed unexpectedly. Contact support with the requestId.");
  }

  private static Problem inProgress() {
    return Problem.of(
            ProblemType.REQUEST_IN_PROGRESS,
            "A request with this Idempotency-Key is still running. Retry in one second.")
        .with("retry-after", SOON);
  }

  private static Problem keyReused() {
    return Problem.of(
        ProblemType.IDEMPOTENCY_KEY_REUSED,
        "This Idempotency-Key was used with a different request. Use a new key.");
  }

  private static Problem illegal(String status, Set<OrderStatus> successors) {
    List<String> moves = movesTo(successors);
    return illegal(
        "The order is "
            + status
            + (moves.isEmpty()
                ? " and allows no further move."
                : " and allows these moves: " + String.join(", ", moves) + "."),
        status,
        moves);
  }

  private static Problem illegal(String detail, String status, List<String> moves) {
    return Problem.of(ProblemType.ILLEGAL_TRANSITION, detail)
        .extended("orderStatus", status)
        .extended("allowedMoves", moves);
  }

  private static List<String> movesTo(Set<OrderStatus> successors) {
    return successors.stream().map(Responses::moveTo).toList();
  }

  private static String moveTo(OrderStatus target) {
    return switch (target) {
      case CONFIRMED -> "confirm";
      case SHIPPED -> "ship";
      case DELIVERED -> "deliver";
      case CANCELLED -> "cancel";
      case PLACED -> throw new IllegalArgumentException("no move leads to PLACED");
    };
  }

  private static String etag(long version) {
    return "\"" + version + "\"";
  }
}
