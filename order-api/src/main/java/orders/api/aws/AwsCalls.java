package orders.api.aws;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import orders.api.application.UnavailableException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** Turns every failure of a service into one kind, without the service's text. */
final class AwsCalls {
  private static final Pattern ERROR_CODE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final int REQUEST_TIMEOUT = 408;

  private AwsCalls() {}

  /**
   * Returns what a call returns.
   *
   * @param what the call in words, for the log
   * @throws UnavailableException if the call failed, in whatever way
   */
  static <T> T call(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException failure) {
      throw new UnavailableException(description(what, failure));
    }
  }

  /**
   * Makes a call that changes something.
   *
   * @throws UnavailableException if the service is known to have refused it
   * @throws UnavailableException.OutcomeUnknown if the service may have carried it out
   */
  static void send(String what, Runnable call) {
    try {
      call.run();
    } catch (SdkException failure) {
      String description = description(what, failure);
      throw isRefusal(failure)
          ? new UnavailableException(description)
          : new UnavailableException.OutcomeUnknown(description);
    }
  }

  /**
   * Whether the service answered that it did nothing. A timeout, a broken connection and a failure
   * inside the service (5xx) leave it open, and so does an attempt before the last one: its answer
   * is not known here.
   */
  private static boolean isRefusal(SdkException failure) {
    Integer attempts = failure.numAttempts();
    return failure instanceof SdkServiceException answer
        && answer.statusCode() >= 400
        && answer.statusCode() < 500
        && answer.statusCode() != REQUEST_TIMEOUT
        && (attempts == null || attempts <= 1);
  }

  /** Names the failure. The service's text is left out: it can repeat the order that was sent. */
  private static String description(String what, SdkException failure) {
    StringBuilder text = new StringBuilder(what).append(" failed: ");
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      text.append(cause == failure ? "" : " by ").append(cause.getClass().getSimpleName());
    }
    if (failure instanceof SdkServiceException answer) {
      text.append(", status ").append(answer.statusCode());
      if (answer.requestId() != null && ERROR_CODE.matcher(answer.requestId()).matches()) {
        text.append(", request ").append(answer.requestId());
      }
    }
    if (failure instanceof AwsServiceException answer
        && answer.awsErrorDetails() != null
        && answer.awsErrorDetails().errorCode() != null
        && ERROR_CODE.matcher(answer.awsErrorDetails().errorCode()).matches()) {
      text.append(", code ").append(answer.awsErrorDetails().errorCode());
    }
    return text.toString();
  }
}
