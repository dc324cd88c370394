package orders.processor.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import orders.lambda.Environment;
import orders.lambda.SdkClients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ListTablesRequest;

/**
 * On AWS every service is reached by HTTPS, here none is: so this shows that the clients do so, and
 * whom they trust.
 */
class ServiceOverTlsTest {
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir private Path folder;

  private final SSLSocketFactory trustedBefore = HttpsURLConnection.getDefaultSSLSocketFactory();
  private HttpsServer server;
  private KeyStore keys;

  @BeforeEach
  void open() throws IOException, GeneralSecurityException, InterruptedException {
    keys = keysOf("localhost");
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = "{\"TableNames\":[\"Orders\"]}".getBytes(StandardCharsets.UTF_8);
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
    HttpsURLConnection.setDefaultSSLSocketFactory(trustedBefore);
  }

  @Test
  void a_service_with_a_certificate_that_the_process_trusts_is_asked() throws Exception {
    trust(keys);

    assertThat(tables("localhost")).containsExactly("Orders");
  }

  @Test
  void a_service_with_a_certificate_that_nobody_vouches_for_is_told_nothing() {
    assertThatExceptionOfType(SdkClientException.class)
        .isThrownBy(() -> tables("localhost"))
        .withCauseInstanceOf(SSLException.class);
  }

  @Test
  void a_service_with_the_certificate_of_another_host_is_told_nothing() throws Exception {
    trust(keys);

    assertThatExceptionOfType(SdkClientException.class)
        .isThrownBy(() -> tables("127.0.0.1"))
        .withCauseInstanceOf(SSLException.class);
  }

  private List<String> tables(String host) {
    Environment environment =
        new Environment(Map.of("AWS_REGION", "eu-west-1", "AWS_ACCESS_KEY_ID", "test"));
    URI address = URI.create("https://" + host + ":" + server.getAddress().getPort());
    ListTablesRequest request =
        ListTablesRequest.builder()
            .overrideConfiguration(
                call ->
                    call.credentialsProvider(
                        StaticCredentialsProvider.create(
                            AwsBasicCredentials.create("test", "test"))))
            .build();
    try (DynamoDbClient client =
        SdkClients.of(environment, Duration.ofSeconds(20))
            .build(DynamoDbClient.builder().endpointOverride(address))) {
      return client.listTables(request).tableNames();
    }
  }

  private static void trust(KeyStore certificates) throws GeneralSecurityException {
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(certificates);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
  }

  /** Makes a key and a certificate of a host that it signs itself. */
  private KeyStore keysOf(String host)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "service",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore pair = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      pair.load(in, PASSWORD);
    }
    KeyStore all = KeyStore.getInstance("PKCS12");
    all.load(null, null);
    all.setKeyEntry(
        "service", pair.getKey("service", PASSWORD), PASSWORD, pair.getCertificateChain("service"));
    all.setCertificateEntry("trusted", pair.getCertificate("service"));
    return all;
  }
}
