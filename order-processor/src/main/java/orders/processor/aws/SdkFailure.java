package orders.processor.aws;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Why a call failed, in words that may be logged: never the exception's own, which quote. */
final class SdkFailure {
  private SdkFailure() {}

  static String reasonOf(SdkException failure) {
    return failure instanceof AwsServiceException service && service.awsErrorDetails() != null
        ? "service: " + service.awsErrorDetails().errorCode()
        : "no-answer: " + failure.getClass().getSimpleName();
  }
}
