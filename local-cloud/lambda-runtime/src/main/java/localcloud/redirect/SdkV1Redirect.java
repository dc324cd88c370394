package localcloud.redirect;

import com.amazonaws.Request;
import com.amazonaws.handlers.RequestHandler2;
import java.net.URI;

/** Redirects the calls of the AWS SDK for Java 1; the SDK loads it for each client. */
public final class SdkV1Redirect extends RequestHandler2 {
  private final LocalEndpoint endpoints = new LocalEndpoint(System.getenv());

  @Override
  public void beforeRequest(Request<?> request) {
    URI asked = request.getEndpoint();
    if (asked != null && asked.getHost() != null) {
      endpoints.of(asked.getHost()).ifPresent(request::setEndpoint);
    }
  }
}
