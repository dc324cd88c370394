package orders.api.http;

/** The kinds of problem that are answered (RFC 9457), each with its status and title. */
public enum ProblemType {
  MALFORMED_JSON(400, "malformed-json", "The body is not JSON of the accepted kind"),
  INVALID_PARAMETER(400, "invalid-parameter", "A query parameter is not right"),
  INVALID_HEADER(400, "invalid-header", "A header is not right"),
  INVALID_CURSOR(400, "invalid-cursor", "The cursor does not belong to this list"),
  NOT_FOUND(404, "not-found", "There is nothing here"),
  METHOD_NOT_ALLOWED(405, "method-not-allowed", "The method is not one of this resource's"),
  ILLEGAL_TRANSITION(409, "illegal-transition", "The order cannot make this move"),
  REQUEST_IN_PROGRESS(409, "request-in-progress", "The same request is still running"),
  VERSION_MISMATCH(412, "version-mismatch", "The order has changed since you read it"),
  TOO_LARGE(413, "too-large", "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "The body is of another media type"),
  INVALID_ORDER(422, "invalid-order", "The order is not right"),
  INVALID_OPERATION(422, "invalid-operation", "The operation is not right"),
  IDEMPOTENCY_KEY_REUSED(
      422, "idempotency-key-reused", "The idempotency key belongs to another request"),
  VERSION_REQUIRED(428, "version-required", "The change must say which version it is made on"),
  INTERNAL_ERROR(500, "internal-error", "Something went wrong on our side"),
  UNAVAILABLE(503, "unavailable", "Not available at this moment");

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
