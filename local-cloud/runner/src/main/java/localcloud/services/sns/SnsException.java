package localcloud.services.sns;

/** A request that SNS refuses, with the code and text that SNS would use. */
final class SnsException extends Exception {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String code;

  SnsException(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  static SnsException invalidParameter(String what) {
    return new SnsException(400, "InvalidParameter", "Invalid parameter: " + what);
  }

  static SnsException notFound(String what) {
    return new SnsException(404, "NotFound", what + " does not exist");
  }
}
