package orders.systemtests.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import localcloud.LocalCloud;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A browser, a running pipeline, and the console between them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConsoleTest {
  static final String PANEL_PLACED = ".panel .chip.placed";
  private static final int ATTEMPTS = 10;
  private static final Pattern ANSWERED =
      Pattern.compile("status of (401|403|404|409|412|422|429|500|503)");

  final LocalCloud cloud;
  Browser browser;
  private final HttpClient http = HttpClient.newHttpClient();

  ConsoleTest(LocalCloud cloud) {
    this.cloud = cloud;
  }

  @BeforeAll
  void openBrowser() {
    browser = new Browser();
  }

  @AfterAll
  void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void signedOutInPlainSight() {
    browser.size(false);
    browser.dark(false);
    browser.forget(console());
  }

  @AfterEach
  void noComplaint() {
    List<String> complaints =
        browser.complaints(cloud.apiUrl()).stream()
            // The browser itself reports each answer above 399: a lost race is one, and so is a
            // busy machine's.
            .filter(complaint -> !ANSWERED.matcher(complaint).find())
            .toList();
    assertThat(complaints).isEmpty();
  }

  URI console() {
    return cloud.apiUrl().resolve("/console/");
  }

  void signIn(String user) {
    browser.open(console());
    browser.press(".welcome button.primary");
    browser.press("button[value=" + user + "]");
    browser.see(".person");
    browser.see("#orders-title");
  }

  static String aReference() {
    return "PO-" + UUID.randomUUID().toString().substring(0, 8);
  }

  String place(String customer, String reference) throws IOException, InterruptedException {
    String body =
        """
        {"currency":"EUR","reference":"%s","lines":[{"sku":"JACKET-1","name":"Beautiful Jacket","quantity":1,"unitPrice":7889},
        {"sku":"MUG-2","name":"Blue Mug","quantity":4,"unitPrice":1450}]}\
        """
            .formatted(reference);
    var headers = Map.of("Idempotency-Key", UUID.randomUUID().toString());
    HttpResponse<String> answer = send(customer, "POST", "/orders", body, headers);
    // On a busy machine the first request may find a function that is not up yet; its key stays
    // good.
    for (int attempt = 2; answer.statusCode() >= 500 && attempt <= ATTEMPTS; attempt++) {
      answer = send(customer, "POST", "/orders", body, headers);
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return answer.headers().firstValue("Location").orElseThrow().substring("/orders/".length());
  }

  void awaitStatus(String id, String status) {
    awaitText(id, "\"status\":\"" + status + "\"");
  }

  void awaitText(String id, String text) {
    String path = "/orders/" + id;
    browser.await(
        id + " to have " + text,
        it -> {
          try {
            String body = send("office", "GET", path, "", Map.of()).body();
            return body.contains(text) ? true : null;
          } catch (IOException again) {
            return null;
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
          }
        });
  }

  HttpResponse<String> send(
      String user, String method, String path, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    Set<String> scopes =
        user.equals("office") ? Set.of("orders/admin") : Set.of("orders/read", "orders/write");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(cloud.apiUrl().resolve(path))
            .timeout(Duration.ofSeconds(40))
            .header("Authorization", "Bearer " + cloud.token(user, scopes, Duration.ofHours(1)))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
