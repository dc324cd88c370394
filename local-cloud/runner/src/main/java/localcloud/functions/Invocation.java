package localcloud.functions;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One invocation on its way: what goes in, and a promise of what comes out. */
final class Invocation {
  /** Lambda's limit of a synchronous request. */
  static final int REQUEST_LIMIT_BYTES = 6 * 1024 * 1024;

  /** Lambda's limit of an asynchronous request. */
  static final int EVENT_LIMIT_BYTES = 1024 * 1024;

  /** Lambda's limit of an answer: six mebibytes and a little for the envelope. */
  static final int RESPONSE_LIMIT_BYTES = 6_291_556;

  /** How an invocation ended. */
  record Outcome(byte[] payload, Optional<String> functionError) {
    static Outcome success(byte[] payload) {
      return new Outcome(payload, Optional.empty());
    }

    static Outcome unhandled(byte[] payload) {
      return new Outcome(payload, Optional.of("Unhandled"));
    }

    /** Returns what Lambda answers when it is not the function that speaks. */
    static Outcome platform(String errorType, String message) {
      return unhandled(
          ("{\"errorType\":\"" + errorType + "\",\"errorMessage\":\"" + message + "\"}")
              .getBytes(StandardCharsets.UTF_8));
    }

    static Outcome timedOut(String requestId, long timeoutMillis) {
      return platform(
          "Sandbox.Timedout", "RequestId: " + requestId + " Error: " + timedOut(timeoutMillis));
    }

    static Outcome exited(String requestId, int exitCode) {
      return platform("Runtime.ExitError", "RequestId: " + requestId + " Error: " + how(exitCode));
    }

    static Outcome tooLarge() {
      return platform(
          "Function.ResponseSizeTooLarge",
          "Response payload size exceeded maximum allowed payload size ("
              + RESPONSE_LIMIT_BYTES
              + " bytes).");
    }

    static String timedOut(long timeoutMillis) {
      return String.format(
          Locale.ROOT, "Task timed out after %.2f seconds", timeoutMillis / 1000.0);
    }

    private static String how(int exitCode) {
      return switch (exitCode) {
        case 0 -> "Runtime exited without providing a reason";
        case 128 + 6 -> "Runtime exited with error: signal: aborted";
        case 128 + 9 -> "Runtime exited with error: signal: killed";
        case 128 + 11 -> "Runtime exited with error: signal: segmentation fault";
        case 128 + 15 -> "Runtime exited with error: signal: terminated";
        default -> "Runtime exited with error: exit status " + exitCode;
      };
    }
  }

  final String requestId;
  final byte[] payload;
  final String traceHeader;

  /** The function's ARN as its caller named it: with the alias or version, if there was one. */
  final String invokedArn;

  /** What the caller tells of itself, JSON in one line of ASCII. */
  final Optional<String> clientContext;

  final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  final LogTail log = new LogTail();

  /** The process that took it. */
  volatile Optional<Worker> worker = Optional.empty();

  Invocation(
      String requestId,
      byte[] payload,
      String traceHeader,
      String invokedArn,
      Optional<String> clientContext) {
    this.requestId = requestId;
    this.payload = payload;
    this.traceHeader = traceHeader;
    this.invokedArn = invokedArn;
    this.clientContext = clientContext;
  }
}
