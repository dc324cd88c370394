package localcloud.wire;

/** What came is no request that may be handled; the connection cannot be used further. */
public final class RefusedRequestException extends Exception {
  private static final long serialVersionUID = 1L;
  private final int status;

  /**
   * @param status what it is answered with: 400, 408, 413, 431 or 505
   */
  public RefusedRequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
