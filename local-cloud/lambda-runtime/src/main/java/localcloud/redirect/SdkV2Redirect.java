package localcloud.redirect;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Redirects the calls of the AWS SDK for Java 2 before 2.28.1; the SDK loads it for each client.
 */
public final class SdkV2Redirect implements ExecutionInterceptor {
  private final LocalEndpoint endpoints = new LocalEndpoint(System.getenv());

  /** From 2.18 on, a client's endpoint rules would replace the host that is set below. */
  @Override
  @SuppressWarnings("deprecation") // the newer attribute is not in the older SDKs
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    URI client = attributes.getAttribute(SdkExecutionAttribute.CLIENT_ENDPOINT);
    if (client == null || client.getHost() == null) {
      return;
    }
    Optional<URI> local = endpoints.of(client.getHost());
    if (local.isPresent()) {
      attributes.putAttribute(SdkExecutionAttribute.CLIENT_ENDPOINT, local.get());
      attributes.putAttribute(SdkExecutionAttribute.ENDPOINT_OVERRIDDEN, true);
    }
  }

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    SdkHttpRequest request = context.httpRequest();
    Optional<URI> local = endpoints.of(request.host());
    if (local.isEmpty()) {
      return request;
    }
    return request.toBuilder()
        .protocol(local.get().getScheme().toLowerCase(Locale.ROOT))
        .host(local.get().getHost())
        .port(local.get().getPort())
        .encodedPath(LocalEndpoint.path(local.get(), request.encodedPath()))
        .build();
  }
}
