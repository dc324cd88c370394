package localcloud.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import localcloud.model.Arns;
import localcloud.model.FunctionSpec;
import localcloud.model.PolicyStatement;
import localcloud.services.FaultRule.Kind;
import localcloud.wire.RawClient;
import localcloud.wire.Request;
import localcloud.wire.Response;
import localcloud.wire.WireServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceProxyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Request> received = new CopyOnWriteArrayList<>();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private WireServer service;
  private volatile String answer = "{\"Answer\":1}";

  @BeforeEach
  void serveWhatIsBehind() throws IOException {
    service =
        new WireServer(
            WireServer.bind(0),
            new WireServer.Limits(
                64_000, 1_000_000, Duration.ofSeconds(10), Duration.ofSeconds(10)));
    service.serve(
        "behind",
        request -> {
          received.add(request);
          return Response.of(200, "application/x-amz-json-1.0", answer);
        });
    open.add(service);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private ServiceProxy front(Service kind, Hooks hooks) throws IOException {
    var proxy = new ServiceProxy(kind, WireServer.bind(0), hooks, ServiceExtension.NONE);
    proxy.serve(service.port());
    open.add(proxy);
    return proxy;
  }

  private static String call(ServiceProxy proxy, String target, String body, String caller)
      throws IOException {
    return RawClient.ask(
        proxy.port(),
        POST
            + "X-Amz-Target: "
            + target
            + "\r\nAuthorization: AWS4-HMAC-SHA256 Credential="
            + caller
            + "/20260101/eu-west-1/x/aws4_request, Signature=0\r\nContent-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body);
  }

  private static final String POST = "POST / HTTP/1.1\r\nHost: localhost\r\n";
  private static final String PUT = "DynamoDB_20120810.PutItem";
  private static final String ITEM = "{\"TableName\":\"Orders\",\"Item\":{\"id\":{\"S\":\"o1\"}}}";

  @Test
  void a_request_is_passed_on_whole_and_its_answer_comes_back() throws IOException {
    var proxy = front(Service.DYNAMODB, TestHooks.quiet());

    String response = call(proxy, PUT, ITEM, "me");

    assertThat(response).startsWith("HTTP/1.1 200 OK").endsWith("{\"Answer\":1}");
    assertThat(received).hasSize(1);
    assertThat(received.getFirst().body()).asString().isEqualTo(ITEM);
    assertThat(received.getFirst().headers().first("x-amz-target")).contains(PUT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: localhost\r\nOrigin: https://evil.example",
        "Host: localhost\r\nOrigin: null",
        "Host: rebound.example"
      })
  void a_web_page_from_elsewhere_reaches_no_service(String headers) throws IOException {
    for (Service kind : List.of(Service.DYNAMODB, Service.SQS)) {
      String response =
          RawClient.ask(
              front(kind, TestHooks.quiet()).port(),
              "POST / HTTP/1.1\r\n" + headers + "\r\nContent-Length: 2\r\n\r\n{}");

      assertThat(response).startsWith("HTTP/1.1 403 ").contains("only this machine may ask");
    }
    assertThat(received).isEmpty();
  }

  @Test
  void who_wants_to_know_is_told_of_writes_that_were_carried_out() throws IOException {
    List<String> written = new CopyOnWriteArrayList<>();
    var hooks = TestHooks.quiet();
    var proxy = front(Service.DYNAMODB, hooks);
    proxy.whenWritten(call -> call.accesses().forEach(access -> written.add(access.resource())));

    call(proxy, "DynamoDB_20120810.GetItem", "{\"TableName\":\"Read\"}", "me");
    hooks.faults().set(1, List.of(FaultRule.always(Service.DYNAMODB, "*", Kind.ERROR)));
    call(proxy, PUT, "{\"TableName\":\"Refused\"}", "me");
    hooks.faults().clear();
    call(proxy, PUT, ITEM, "me");

    assertThat(written).containsExactly(Arns.table("Orders"));
  }

  @Test
  void a_chunked_request_arrives_with_a_length_of_its_own() throws IOException {
    var proxy = front(Service.DYNAMODB, TestHooks.quiet());

    RawClient.ask(proxy.port(), POST + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");

    assertThat(received.getFirst().body()).asString().isEqualTo("{}");
    assertThat(received.getFirst().headers().first("Transfer-Encoding")).isEmpty();
  }

  @Test
  void a_request_framed_twice_never_reaches_the_service() throws IOException {
    var proxy = front(Service.DYNAMODB, TestHooks.quiet());

    String response =
        RawClient.ask(
            proxy.port(),
            POST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "0\r\n\r\nPOST /smuggled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");

    assertThat(response).startsWith("HTTP/1.1 400 ");
    assertThat(received).isEmpty();
  }

  @Test
  void writes_are_found_in_the_journal_and_reads_are_not() throws IOException {
    var hooks = TestHooks.quiet();
    var proxy = front(Service.DYNAMODB, hooks);

    call(proxy, PUT, ITEM, "Writer");
    call(proxy, "DynamoDB_20120810.GetItem", ITEM, "Reader");

    assertThat(hooks.journal().about("o1"))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.summary()).isEqualTo("Writer calls PutItem on Orders");
              assertThat(entry.source()).isEqualTo("Orders");
            });
  }

  @Test
  void calls_and_their_capacity_are_counted_by_action() throws IOException {
    var hooks = TestHooks.quiet();
    var proxy = front(Service.DYNAMODB, hooks);
    answer = "{\"ConsumedCapacity\":{\"TableName\":\"Orders\",\"CapacityUnits\":2.5}}";

    call(
        proxy,
        PUT,
        ITEM.replace("{\"TableName\"", "{\"ReturnConsumedCapacity\":\"TOTAL\",\"TableName\""),
        "me");
    call(proxy, PUT, ITEM, "me");

    var count = hooks.counts().snapshot().get("dynamodb:PutItem");
    assertThat(count).isNotNull();
    assertThat(count.calls()).isEqualTo(2);
    assertThat(count.capacityUnits()).isEqualTo(2.5);
    assertThat(hooks.counts().calls("dynamodb:GetItem")).isZero();
  }

  private static FunctionSpec writer(PolicyStatement... statements) {
    return new FunctionSpec(
        "Writer",
        "writer",
        Path.of("x.zip"),
        "h",
        "java25",
        512,
        Duration.ofSeconds(3),
        Map.of(),
        OptionalInt.empty(),
        FunctionSpec.AsyncSpec.DEFAULT,
        List.of(statements),
        false,
        Set.of());
  }

  private static PolicyStatement allow(String action, String resource) {
    return new PolicyStatement(true, List.of(action), List.of(resource));
  }

  @Test
  void a_call_beyond_a_functions_policies_is_told_once_and_carried_out() throws IOException {
    var hooks = TestHooks.of(List.of(writer(allow("dynamodb:GetItem", "*"))), false, warnings::add);
    var proxy = front(Service.DYNAMODB, hooks);

    call(proxy, PUT, ITEM, "Writer");
    String second = call(proxy, PUT, ITEM, "Writer");

    assertThat(second).startsWith("HTTP/1.1 200");
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains(
            "Writer", "dynamodb:PutItem", "arn:aws:dynamodb:eu-west-1:000000000000:table/Orders");
  }

  @Test
  void a_call_beyond_a_functions_policies_fails_where_iam_is_strict() throws IOException {
    var hooks =
        TestHooks.of(
            List.of(writer(allow("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/Other"))),
            true,
            warnings::add);
    var proxy = front(Service.DYNAMODB, hooks);

    String refused = call(proxy, PUT, ITEM, "Writer");
    String allowed = call(proxy, PUT, ITEM.replace("Orders", "Other"), "Writer");
    String somebody = call(proxy, PUT, ITEM, "AKIAEXAMPLE");

    assertThat(refused)
        .startsWith("HTTP/1.1 400")
        .contains("AccessDeniedException", "dynamodb:PutItem");
    assertThat(allowed).startsWith("HTTP/1.1 200");
    assertThat(somebody).startsWith("HTTP/1.1 200");
    assertThat(received).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "DYNAMODB, 400, com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    "SQS, 400, com.amazonaws.sqs#RequestThrottled"
  })
  void a_throttle_is_written_as_the_service_writes_it_and_nothing_is_carried_out(
      Service kind, int status, String type) throws IOException {
    var hooks = TestHooks.quiet();
    var proxy = front(kind, hooks);
    hooks.faults().set(1, List.of(FaultRule.always(kind, "*", Kind.THROTTLE).times(1)));

    String first = call(proxy, "X.PutItem", ITEM, "me");
    String second = call(proxy, "X.PutItem", ITEM, "me");

    assertThat(first).startsWith("HTTP/1.1 " + status).contains(type);
    assertThat(second).startsWith("HTTP/1.1 200");
    assertThat(received).hasSize(1);
    assertThat(hooks.faults().made()).isEqualTo(1);
  }

  @Test
  void a_cut_after_carries_the_request_out_and_says_nothing() throws IOException {
    var hooks = TestHooks.quiet();
    var proxy = front(Service.DYNAMODB, hooks);
    hooks.faults().set(1, List.of(FaultRule.always(Service.DYNAMODB, "PutItem", Kind.CUT_AFTER)));

    assertThat(call(proxy, PUT, ITEM, "me")).isEmpty();
    assertThat(received).hasSize(1);
  }

  @Test
  void a_cut_before_carries_nothing_out() throws IOException {
    var hooks = TestHooks.quiet();
    var proxy = front(Service.DYNAMODB, hooks);
    hooks.faults().set(1, List.of(FaultRule.always(Service.DYNAMODB, "PutItem", Kind.CUT_BEFORE)));

    assertThat(call(proxy, PUT, ITEM, "me")).isEmpty();
    assertThat(received).isEmpty();
  }

  @Test
  void a_service_that_refuses_takes_no_connection() throws IOException {
    var hooks = TestHooks.quiet();
    var proxy = front(Service.DYNAMODB, hooks);
    hooks.faults().set(1, List.of(FaultRule.always(Service.DYNAMODB, "*", Kind.REFUSE)));

    assertThat(call(proxy, PUT, ITEM, "me")).isEmpty();
    hooks.faults().clear();
    assertThat(call(proxy, PUT, ITEM, "me")).startsWith("HTTP/1.1 200");
  }

  @Test
  void a_doubled_message_is_sent_twice_and_a_held_back_one_gets_a_delay() throws IOException {
    var hooks = TestHooks.quiet();
    var proxy = front(Service.SQS, hooks);
    String send = "{\"QueueUrl\":\"http://x/0/Q\",\"MessageBody\":\"m\"}";

    hooks.faults().set(1, List.of(FaultRule.always(Service.SQS, "SendMessage", Kind.DUPLICATE)));
    call(proxy, "AmazonSQS.SendMessage", send, "me");
    assertThat(received).hasSize(2);

    hooks
        .faults()
        .set(
            1,
            List.of(
                FaultRule.always(Service.SQS, "SendMessage", Kind.HOLD_BACK)
                    .withDelay(Duration.ofMillis(1500))));
    call(proxy, "AmazonSQS.SendMessage", send, "me");
    JsonNode held = JSON.readTree(received.getLast().body());
    assertThat(held.path("DelaySeconds").asInt()).isEqualTo(2);
    assertThat(held.path("MessageBody").asText()).isEqualTo("m");
  }

  @Test
  void one_entry_of_a_batch_fails_and_the_others_are_carried_out() throws IOException {
    var hooks = TestHooks.quiet();
    var proxy = front(Service.SQS, hooks);
    answer = "{\"Successful\":[{\"Id\":\"b\",\"MessageId\":\"m\"}],\"Failed\":[]}";
    hooks.faults().set(1, List.of(FaultRule.always(Service.SQS, "*Batch", Kind.FAIL_ENTRY)));

    String response =
        call(
            proxy,
            "AmazonSQS.SendMessageBatch",
            "{\"QueueUrl\":\"http://x/0/Q\",\"Entries\":[{\"Id\":\"a\",\"MessageBody\":\"1\"},"
                + "{\"Id\":\"b\",\"MessageBody\":\"2\"}]}",
            "me");

    var body = JSON.readTree(response.substring(response.indexOf("\r\n\r\n")));
    assertThat(body.path("Failed").path(0).path("Id").asText()).isEqualTo("a");
    assertThat(body.path("Successful").path(0).path("Id").asText()).isEqualTo("b");
    assertThat(received.getFirst().body()).asString().doesNotContain("\"a\"");
  }

  @Test
  void the_same_seed_makes_the_same_faults() throws IOException {
    var rules =
        List.of(FaultRule.always(Service.DYNAMODB, "PutItem", Kind.THROTTLE).withProbability(0.5));
    List<List<Boolean>> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      var hooks = TestHooks.quiet();
      var proxy = front(Service.DYNAMODB, hooks);
      hooks.faults().set(42, rules);
      List<Boolean> outcomes = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        outcomes.add(call(proxy, PUT, ITEM, "me").startsWith("HTTP/1.1 200"));
      }
      runs.add(outcomes);
    }

    assertThat(runs.getFirst()).isEqualTo(runs.getLast()).contains(true, false);
  }

  @Test
  void a_rule_is_for_the_resource_and_the_caller_it_names() throws IOException {
    var hooks = TestHooks.quiet();
    var proxy = front(Service.DYNAMODB, hooks);
    hooks
        .faults()
        .set(
            JSON.readTree(
                "{\"seed\":1,\"rules\":[{\"service\":\"dynamodb\",\"action\":\"Put*\","
                    + "\"resource\":\"Orders\",\"caller\":\"Writer\",\"kind\":\"error\"}]}"));

    assertThat(call(proxy, PUT, ITEM, "Writer")).startsWith("HTTP/1.1 500");
    assertThat(call(proxy, PUT, ITEM, "Other")).startsWith("HTTP/1.1 200");
    assertThat(call(proxy, PUT, ITEM.replace("Orders", "Else"), "Writer"))
        .startsWith("HTTP/1.1 200");
    assertThat(hooks.faults().toJson().at("/rules/0/fired").asInt()).isEqualTo(1);
  }

  @Test
  void a_service_that_is_gone_is_told_as_unavailable() throws IOException {
    var proxy = front(Service.DYNAMODB, TestHooks.quiet());
    service.close();

    assertThat(call(proxy, PUT, ITEM, "me"))
        .startsWith("HTTP/1.1 503")
        .contains("ServiceUnavailableException");
  }
}
