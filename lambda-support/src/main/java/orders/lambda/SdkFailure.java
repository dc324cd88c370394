package orders.lambda;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Why a call failed, in words that may be logged. A service's own text can repeat the order. */
public final class SdkFailure {
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  private SdkFailure() {}

  /** Names the failure of a call: the service's error code, or the kind of the exception. */
  public static String reasonOf(SdkException failure) {
    return failure instanceof AwsServiceException service && service.awsErrorDetails() != null
        ? "service: " + codeOf(service.awsErrorDetails().errorCode())
        : "no-answer: " + failure.getClass().getSimpleName();
  }

  /** Returns an error code of a service; what does not look like one is left out. */
  public static String codeOf(@Nullable String code) {
    return code != null && CODE.matcher(code).matches() ? code : "unknown";
  }
}
