package orders.function;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

class BrokenConnectionsAsIoErrorsTest {

  /** As seen: {@code Cannot invoke "HttpClient.getInputStream()" because "this.http" is null}. */
  private static NullPointerException ofTheJdk() {
    return new NullPointerException("this.http");
  }

  @Test
  void aWrappedNullPointerOfTheJdkIsAnIoErrorWhichTheSdkTriesAgain() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(request(new RuntimeException(ofTheJdk()))::call)
        .withRootCauseInstanceOf(NullPointerException.class);
  }

  @Test
  void otherErrorsStayWhatTheyAre() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(request(new IllegalStateException("a mistake of ours"))::call);
  }

  @Test
  void theClientInUseStillNeedsIt() {
    assertThatExceptionOfType(RuntimeException.class)
        .as("once the SDK's own client throws an IOException here, delete the class under test")
        .isThrownBy(prepare(breaking(new RuntimeException(ofTheJdk())))::call)
        .isExactlyInstanceOf(RuntimeException.class);
  }

  private static ExecutableHttpRequest request(RuntimeException failure) {
    return prepare(new BrokenConnectionsAsIoErrors(breaking(failure)));
  }

  private static ExecutableHttpRequest prepare(SdkHttpClient client) {
    URI anywhere = URI.create("http://127.0.0.1/");
    return client.prepareRequest(
        HttpExecuteRequest.builder()
            .request(SdkHttpRequest.builder().uri(anywhere).method(SdkHttpMethod.GET).build())
            .build());
  }

  /** The SDK's client over a connection of the JDK that breaks when it is asked for its status. */
  private static SdkHttpClient breaking(RuntimeException failure) {
    return UrlConnectionHttpClient.create(
        uri -> {
          try {
            return new BreakingConnection(uri.toURL(), failure);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static final class BreakingConnection extends HttpURLConnection {
    private final RuntimeException failure;

    BreakingConnection(URL url, RuntimeException failure) {
      super(url);
      this.failure = failure;
    }

    @Override
    public int getResponseCode() {
      throw failure;
    }

    @Override
    public void connect() {
      connected = true;
    }

    @Override
    public void disconnect() {
      connected = false;
    }

    @Override
    public boolean usingProxy() {
      return false;
    }
  }
}
