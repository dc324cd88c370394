package orders.lambda;

import java.util.Optional;

/** The X-Ray trace header of the running invocation. */
public final class TraceHeader {
  private TraceHeader() {}

  /**
   * Returns the header, such as {@code Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1}, as the
   * runtime sets it for each invocation; empty where nothing is traced. It travels on in a queue
   * message's system attribute {@code AWSTraceHeader}.
   */
  public static Optional<String> current() {
    String header = System.getProperty("com.amazonaws.xray.traceHeader");
    if (header == null || header.isEmpty()) {
      header = System.getenv("_X_AMZN_TRACE_ID");
    }
    return header == null || header.isEmpty() ? Optional.empty() : Optional.of(header);
  }
}
