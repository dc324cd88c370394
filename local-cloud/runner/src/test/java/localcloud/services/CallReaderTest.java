package localcloud.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import localcloud.services.ServiceCall.Access;
import localcloud.wire.Headers;
import localcloud.wire.Request;
import org.junit.jupiter.api.Test;

class CallReaderTest {
  private static final String TABLES = "arn:aws:dynamodb:eu-west-1:000000000000:table/";

  private static ServiceCall read(Service service, String target, String body) {
    var headers =
        new Headers()
            .add("Authorization", "AWS4-HMAC-SHA256 Credential=Fn1/2026/eu-west-1/x, Signature=1");
    if (!target.isEmpty()) {
      headers.add("x-amz-target", target);
    }
    return CallReader.read(
        service,
        new Request(
            "POST",
            "/",
            "HTTP/1.1",
            headers,
            body.getBytes(StandardCharsets.UTF_8),
            InetAddress.getLoopbackAddress()));
  }

  @Test
  void the_signature_names_the_caller() {
    assertThat(read(Service.SQS, "AmazonSQS.ListQueues", "{}").caller()).isEqualTo("Fn1");
  }

  @Test
  void an_index_is_a_resource_of_its_own() {
    var call =
        read(
            Service.DYNAMODB,
            "DynamoDB_20120810.Query",
            "{\"Junk\":{\"TableName\":\"Other\"},\"TableName\":\"Orders\",\"IndexName\":\"ByDay\"}");

    assertThat(call.accesses())
        .containsExactly(new Access("dynamodb:Query", TABLES + "Orders/index/ByDay"));
    assertThat(call.resource()).isEqualTo("Orders");
  }

  @Test
  void a_transaction_needs_each_of_its_parts() {
    var call =
        read(
            Service.DYNAMODB,
            "DynamoDB_20120810.TransactWriteItems",
            "{\"TransactItems\":[{\"Put\":{\"Item\":{},\"TableName\":\"A\"}},"
                + "{\"ConditionCheck\":{\"TableName\":\"B\"}},{\"Update\":{\"TableName\":\"A\"}}]}");

    assertThat(call.accesses())
        .containsExactly(
            new Access("dynamodb:PutItem", TABLES + "A"),
            new Access("dynamodb:ConditionCheckItem", TABLES + "B"),
            new Access("dynamodb:UpdateItem", TABLES + "A"));
  }

  @Test
  void a_batch_names_its_tables() {
    var call =
        read(
            Service.DYNAMODB,
            "DynamoDB_20120810.BatchWriteItem",
            "{\"RequestItems\":{\"A\":[{}],\"B\":[]}}");

    assertThat(call.accesses())
        .containsExactly(
            new Access("dynamodb:BatchWriteItem", TABLES + "A"),
            new Access("dynamodb:BatchWriteItem", TABLES + "B"));
  }

  @Test
  void statements_are_told_by_their_verb() {
    var call =
        read(
            Service.DYNAMODB,
            "DynamoDB_20120810.BatchExecuteStatement",
            "{\"Statements\":[{\"Statement\":\"INSERT INTO \\\"Orders\\\" VALUE {'a':?}\"},"
                + "{\"Statement\":\"update Orders set x=1 where id=?\"},"
                + "{\"Statement\":\"SELECT * FROM \\\"Orders\\\".\\\"ByDay\\\" WHERE d=?\"}]}");

    assertThat(call.accesses())
        .containsExactly(
            new Access("dynamodb:PartiQLInsert", TABLES + "Orders"),
            new Access("dynamodb:PartiQLUpdate", TABLES + "Orders"),
            new Access("dynamodb:PartiQLSelect", TABLES + "Orders/index/ByDay"));
    assertThat(call.resource()).isEqualTo("Orders");
  }

  @Test
  void a_batch_of_messages_needs_what_one_message_needs() {
    var call =
        read(
            Service.SQS,
            "AmazonSQS.SendMessageBatch",
            "{\"Entries\":[],\"QueueUrl\":\"http://127.0.0.1:9324/000000000000/Q1\"}");

    assertThat(call.accesses())
        .containsExactly(new Access("sqs:SendMessage", "arn:aws:sqs:eu-west-1:000000000000:Q1"));
    assertThat(call.resource()).isEqualTo("Q1");
  }

  @Test
  void the_query_protocol_is_read_from_the_form() {
    var call =
        read(
            Service.SNS,
            "",
            "Action=PublishBatch&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A000000000000%3AT");

    assertThat(call.action()).isEqualTo("PublishBatch");
    assertThat(call.resource()).isEqualTo("T");
    assertThat(call.accesses())
        .containsExactly(new Access("sns:Publish", "arn:aws:sns:eu-west-1:000000000000:T"));
  }

  @Test
  void what_cannot_be_read_names_nothing() {
    var call = read(Service.DYNAMODB, "DynamoDB_20120810.PutItem", "{\"TableName\":");

    assertThat(call.resource()).isEmpty();
    assertThat(call.accesses()).containsExactly(new Access("dynamodb:PutItem", "*"));
  }
}
