package orders.systemtests.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One call of the public API, as the client saw it.
 *
 * @param number its place in the history, in the order of invocation
 * @param caller the {@code sub} of the token
 * @param admin whether the token had {@code orders/admin}
 * @param method HTTP method
 * @param path path and query
 * @param key the {@code Idempotency-Key} sent; empty for none
 * @param request the body sent; a missing node for none
 * @param invoked when the request was about to be sent
 * @param ended when its answer was there, or the client gave up
 */
public record Call(
    int number,
    String caller,
    boolean admin,
    String method,
    String path,
    Optional<String> key,
    JsonNode request,
    Instant invoked,
    Instant ended,
    Result result) {

  /** The route of the operation envelope. */
  public static final String OPERATIONS = "POST /operations";

  /** How a call ended. */
  public sealed interface Result {}

  /**
   * There was an answer.
   *
   * @param headers by lower-case name, the first value of each
   * @param body a missing node if it was empty or no JSON
   * @param undocumented what openapi.yaml does not say of this answer, or of the request if it was
   *     carried out
   */
  public record Answered(
      int status, Map<String, String> headers, JsonNode body, List<String> undocumented)
      implements Result {
    public Answered {
      headers = Map.copyOf(headers);
      undocumented = List.copyOf(undocumented);
    }
  }

  /** There was none: the call may have had its effect, or not, or may have it yet. */
  public record Unknown(String why) implements Result {}

  /** Returns the status of the answer; 0 without one. */
  public int status() {
    return result instanceof Answered answered ? answered.status() : 0;
  }

  /** Returns the answer's body; a missing node without one. */
  public JsonNode answer() {
    return result instanceof Answered answered ? answered.body() : MissingNode.getInstance();
  }

  /** Returns what openapi.yaml does not say of it; empty without an answer. */
  public List<String> undocumented() {
    return result instanceof Answered answered ? answered.undocumented() : List.of();
  }

  /** Whether the API promised to carry it out. */
  public boolean accepted() {
    return status() == 202;
  }

  /** Whether the API said that it was not and will not be carried out. */
  public boolean refused() {
    return status() >= 400 && status() < 500;
  }

  /** Whether nobody promised anything: no answer, or one that tells of a failure. */
  public boolean uncertain() {
    return status() == 0 || status() >= 500;
  }

  /** Whether the API said that an earlier try of the same request is still being carried out. */
  public boolean stillRunning() {
    return status() == 409 && answer().path("type").asText().endsWith("/request-in-progress");
  }

  /** Whether it is an operation that changes an order. */
  public boolean operates() {
    return (method + " " + path).equals(OPERATIONS)
        && Set.of("update", "delete").contains(request.path("operation").asText());
  }

  /**
   * Returns what it asks of an order: the patch, the reason, the shipment; without the envelope.
   */
  public JsonNode content() {
    return operates() ? request.path("payload").path("Changes") : request;
  }

  /** Returns the correlation id that the API answered with; empty for none. */
  public Optional<String> correlationId() {
    return result instanceof Answered answered
        ? Optional.ofNullable(answered.headers().get("x-correlation-id"))
        : Optional.empty();
  }

  /** Whether it places an order by {@code POST /orders}. */
  public boolean places() {
    return method.equals("POST") && path.equals("/orders");
  }

  /** Whether it changes an order that has an id. */
  public boolean changes() {
    return (method.equals("POST") || method.equals("PATCH")) && path.startsWith("/orders/");
  }

  /** Whether it reads one order. */
  public boolean reads() {
    return method.equals("GET")
        && path.startsWith("/orders/")
        && path.indexOf('/', "/orders/".length()) < 0;
  }

  /** Whether it reads a page of a list. */
  public boolean lists() {
    return method.equals("GET") && (path.equals("/orders") || path.startsWith("/orders?"));
  }

  /** Returns the order id in the path, or in an accepted answer. */
  public Optional<String> orderId() {
    if (path.startsWith("/orders/")) {
      String rest = path.substring("/orders/".length());
      int slash = rest.indexOf('/');
      return Optional.of(slash < 0 ? rest : rest.substring(0, slash));
    }
    String id =
        operates() && request.path("payload").has("Key")
            ? request.path("payload").path("Key").path("id").asText()
            : answer().path("orderId").asText();
    return id.isEmpty() ? Optional.empty() : Optional.of(id);
  }

  /** Returns one line for a person. */
  public String line() {
    StringBuilder line = new StringBuilder(160);
    line.append("call ").append(number).append(' ').append(invoked).append(' ').append(caller);
    if (admin) {
      line.append(" (admin)");
    }
    line.append(' ').append(method).append(' ').append(path);
    key.ifPresent(value -> line.append(" key ").append(value));
    if (method.equals("PATCH") && !request.isMissingNode()) {
      line.append(' ').append(request);
    }
    line.append(" -> ");
    switch (result) {
      case Unknown unknown -> line.append("unknown: ").append(unknown.why());
      case Answered answered -> {
        line.append(answered.status());
        for (String field : new String[] {"orderId", "status", "version", "type"}) {
          if (answered.body().hasNonNull(field)) {
            line.append(' ').append(field).append('=').append(answered.body().get(field).asText());
          }
        }
        if (answered.headers().containsKey("idempotent-replayed")) {
          line.append(" replayed");
        }
      }
    }
    return line.append(" at ").append(ended).toString();
  }
}
