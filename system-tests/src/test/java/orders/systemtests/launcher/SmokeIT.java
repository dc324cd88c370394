package orders.systemtests.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static localcloud.services.FaultRule.Kind.HOLD_BACK;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import localcloud.LocalCloud;
import localcloud.control.Instance;
import localcloud.services.FaultRule;
import orders.ops.Stack;
import orders.ops.StackFinder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that address a deployment, against a pipeline on this machine. */
class SmokeIT {
  private static final List<String> PROMISES =
      List.of(
          "health",
          "no token, no entry",
          "a customer's token",
          "place",
          "the same key again",
          "read",
          "list",
          "amend",
          "an old version is refused",
          "cancel",
          "a cancelled order stays so",
          "history",
          "an event for each version",
          "log lines",
          "dead-letter queues",
          "alarms");

  private static LocalCloud cloud;

  private final Launcher launcher;

  SmokeIT(@TempDir Path folder) throws IOException {
    launcher = new Launcher(folder);
    launcher.program("xdg-open", "exit 0");
    launcher.program("open", "exit 0");
  }

  @BeforeAll
  static void start() {
    cloud =
        LocalCloud.of(Launcher.PROJECT.resolve("template.yaml"))
            .onFreePorts()
            .aotCache(false)
            .maximumWorkers(1)
            .start();
  }

  @AfterAll
  static void stop() {
    cloud.close();
  }

  @Test
  void a_sound_pipeline_keeps_every_promise_and_nothing_is_left_behind() throws Exception {
    Launcher.Ran ran = smoke();

    assertThat(ran.status()).as(ran.output()).isZero();
    assertThat(promises(ran.output(), "ok")).isEqualTo(PROMISES);
    assertThat(queues()).noneMatch(name -> name.contains("smoke"));
  }

  @Test
  void the_first_broken_promise_ends_it() throws Exception {
    try (Stack stack = StackFinder.local(cloud.invokePort(), Map.of())) {
      String queue = stack.outputs().get("OrderDeadLetterQueueUrl");
      stack.sqs().sendMessage(it -> it.queueUrl(queue).messageBody("no command"));
      try {
        Launcher.Ran ran = smoke();

        assertThat(ran.status()).as(ran.output()).isOne();
        assertThat(promises(ran.output(), "BROKEN")).containsExactly("dead-letter queues");
        assertThat(ran.output()).contains("holds 1").doesNotContain("alarms");
      } finally {
        stack.sqs().purgeQueue(it -> it.queueUrl(queue));
      }
    }
  }

  @Test
  void an_order_that_is_not_stored_is_waited_for_no_longer_than_is_allowed() throws Exception {
    Duration late = Duration.ofSeconds(20);
    cloud
        .faults()
        .set(
            1,
            List.of(
                new FaultRule(
                    "sqs", "SendMessage", "*", "OrderApiFunction", 1, -1, HOLD_BACK, late)));
    try {
      Launcher.Ran ran = smoke("--timeout", "5");

      assertThat(ran.status()).as(ran.output()).isOne();
      assertThat(promises(ran.output(), "BROKEN")).containsExactly("read");
      assertThat(ran.output()).contains("the order is still PENDING");
      assertThat(queues()).noneMatch(name -> name.contains("smoke"));
    } finally {
      cloud.faults().clear();
    }
  }

  @Test
  void a_person_signs_in_and_gets_a_token() throws Exception {
    String issuer = cloud.outputs().get("JwtIssuer");
    Process token =
        launcher.start(
            Map.of("AWS_REGION", "eu-west-1"),
            "token",
            "--stack-name",
            "",
            "--output",
            "JwtIssuer=" + issuer,
            "--client-id",
            "local",
            "--port",
            "0");
    try (BufferedReader output = token.inputReader(UTF_8)) {
      String line = output.readLine();
      while (line != null && !line.startsWith("sign in within")) {
        line = output.readLine();
      }
      String address = output.readLine();
      assertThat(address).startsWith(issuer + "/authorize?").contains("code_challenge_method=S256");
      HttpResponse<String> page = signIn(address);
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      assertThat(page.body()).isEqualTo("You are signed in. Close this page.");

      String jwt = output.readLine();
      assertThat(token.waitFor()).isZero();
      assertThat(status("/orders", jwt)).isEqualTo(200);
      String claims = new String(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[1]), UTF_8);
      assertThat(claims).contains("\"sub\":\"alice\"", "orders/write").doesNotContain("admin");
    } finally {
      token.destroyForcibly();
    }
  }

  /** Does what the person's browser does: the form of the issuer's page, and where it leads. */
  private static HttpResponse<String> signIn(String address) throws Exception {
    URI uri = URI.create(address);
    try (HttpClient browser =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build()) {
      return browser.send(
          HttpRequest.newBuilder(uri.resolve(uri.getPath()))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString(uri.getRawQuery() + "&user=alice"))
              .build(),
          BodyHandlers.ofString());
    }
  }

  private static int status(String path, String jwt) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(cloud.apiUrl().resolve(path))
                  .header("Authorization", "Bearer " + jwt)
                  .build(),
              BodyHandlers.discarding())
          .statusCode();
    }
  }

  private Launcher.Ran smoke(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("smoke", "--invoke-port"));
    arguments.add(String.valueOf(cloud.invokePort()));
    arguments.addAll(List.of(options));
    return launcher.run(arguments.toArray(String[]::new));
  }

  /** Returns the promises with a result, in the order in which they were looked at. */
  private static List<String> promises(String output, String result) {
    return output
        .lines()
        .filter(line -> line.startsWith(result + " "))
        .map(line -> line.split("  +", -1)[1])
        .toList();
  }

  private static List<String> queues() {
    return cloud.queues().stream().map(Instance.QueueState::name).toList();
  }
}
