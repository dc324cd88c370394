package orders.api.http;

/** The kinds of problem that are answered (RFC 9457), each with its status and title. */
public enum ProblemType {
  MALFORMED_JSON(400, "malformed-json", "Malformed JSON"),
  INVALID_PARAMETER(400, "invalid-parameter", "Invalid parameter"),
  INVALID_HEADER(400, "invalid-header", "Invalid header"),
  INVALID_CURSOR(400, "invalid-cursor", "Invalid cursor"),
  NOT_FOUND(404, "not-found", "Resource not found"),
  METHOD_NOT_ALLOWED(405, "method-not-allowed", "Method not allowed"),
  ILLEGAL_TRANSITION(409, "illegal-transition", "Transition not allowed"),
  REQUEST_IN_PROGRESS(409, "request-in-progress", "Request in progress"),
  VERSION_MISMATCH(412, "version-mismatch", "Version mismatch"),
  TOO_LARGE(413, "too-large", "Request body too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "Unsupported media type"),
  INVALID_ORDER(422, "invalid-order", "Invalid order"),
  INVALID_OPERATION(422, "invalid-operation", "Invalid operation"),
  IDEMPOTENCY_KEY_REUSED(422, "idempotency-key-reused", "Idempotency key reused"),
  VERSION_REQUIRED(428, "version-required", "If-Match header required"),
  INTERNAL_ERROR(500, "internal-error", "Internal server error"),
  UNAVAILABLE(503, "unavailable", "Service unavailable");

  private final int status;
  private final String slug;
  private final String title;

  ProblemType(int status, String slug, String title) {
    this.status = status;
    this.slug = slug;
    this.title = title;
  }

  /** Returns the HTTP status. */
  public int status() {
    return status;
  }

  /** Returns the stable name that ends the type's URI. */
  public String slug() {
    return slug;
  }

  /** Returns what it is in a few words, the same for every occurrence. */
  public String title() {
    return title;
  }
}
