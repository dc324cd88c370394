package orders.function;

import java.io.IOException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Calls by name what the JDK's {@code HttpURLConnection} does not: when a kept connection breaks
 * under it, it may throw a {@code NullPointerException}, bare or wrapped, where an {@code
 * IOException} belongs. The SDK tries again after the latter only. Versions of {@code
 * url-connection-client} later than the one used here do the same
 * (https://github.com/aws/aws-sdk-java-v2/pull/6894): with one of those, this class goes.
 */
final class BrokenConnectionsAsIoErrors implements SdkHttpClient {
  private final SdkHttpClient client;

  BrokenConnectionsAsIoErrors(SdkHttpClient client) {
    this.client = client;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest prepared = client.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        try {
          return prepared.call();
        } catch (RuntimeException e) {
          if (e instanceof NullPointerException || e.getCause() instanceof NullPointerException) {
            throw new IOException("the connection broke", e);
          }
          throw e;
        }
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  @Override
  public String clientName() {
    return client.clientName();
  }

  @Override
  public void close() {
    client.close();
  }
}
