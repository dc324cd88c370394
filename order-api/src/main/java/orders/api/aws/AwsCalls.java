package orders.api.aws;

import java.util.function.Supplier;
import orders.api.application.UnavailableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** Tells calls that may succeed a moment later from those that never will. */
final class AwsCalls {
  private AwsCalls() {}

  /**
   * Returns what a call returns.
   *
   * @param what the call in words, for the log
   * @throws UnavailableException if the service was not reached, throttled, or failed by itself
   */
  static <T> T call(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkServiceException refused) {
      if (refused.isThrottlingException() || refused.statusCode() >= 500) {
        throw new UnavailableException(what, refused);
      }
      throw refused;
    } catch (SdkException unreached) {
      throw new UnavailableException(what, unreached);
    }
  }
}
