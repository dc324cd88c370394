package orders.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import orders.domain.Address;
import orders.domain.CommandHeader;
import orders.domain.CommandId;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Decision;
import orders.domain.Fingerprint;
import orders.domain.Money;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderContents;
import orders.domain.OrderDecider;
import orders.domain.OrderId;
import orders.domain.OrderLine;
import orders.domain.Sku;
import orders.domain.StoredOrder;
import orders.wire.OrderItem;
import orders.wire.QueueMessage;
import orders.wire.Value;
import orders.wire.WireTime;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Events as Lambda hands them to each function, every one with new orders, and tables and queues of
 * their own.
 */
final class SampleEvents {
  /** Orders in one event of the queue or of the stream. */
  static final int BATCH = 10;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Currency EUR = Currency.getInstance("EUR");
  static final CustomerId CUSTOMER = new CustomerId("bench");
  private static final String TABLE = "bench-orders";
  private static final String IDEMPOTENCY_TABLE = "bench-idempotency";

  private final Map<String, String> environment = new HashMap<>();

  SampleEvents(OrdersCommand services) {
    try (DynamoDbClient dynamoDb = LocalClients.to(services.dynamoDb(), DynamoDbClient.builder())) {
      createOrdersTable(dynamoDb);
      dynamoDb.createTable(
          create ->
              create
                  .tableName(IDEMPOTENCY_TABLE)
                  .billingMode(BillingMode.PAY_PER_REQUEST)
                  .attributeDefinitions(text("id"))
                  .keySchema(key("id", KeyType.HASH)));
    }
    try (SqsClient sqs = LocalClients.to(services.sqs(), SqsClient.builder());
        SnsClient sns = LocalClients.to(services.sns(), SnsClient.builder())) {
      environment.put(
          "ORDER_QUEUE_URL",
          sqs.createQueue(create -> create.queueName("bench-orders")).queueUrl());
      environment.put(
          "ORDER_DEAD_LETTER_QUEUE_URL",
          sqs.createQueue(create -> create.queueName("bench-dead-letters")).queueUrl());
      environment.put(
          "ORDER_EVENTS_TOPIC_ARN",
          sns.createTopic(create -> create.name("bench-events")).topicArn());
    }
    URI dynamoDb = services.dynamoDb();
    environment.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoDb.toString());
    environment.put("AWS_ENDPOINT_URL_SQS", services.sqs().toString());
    environment.put("AWS_ENDPOINT_URL_SNS", services.sns().toString());
    environment.put("AWS_REGION", "eu-west-1");
    environment.put("AWS_ACCESS_KEY_ID", "bench");
    environment.put("AWS_SECRET_ACCESS_KEY", "bench");
    environment.put("ORDERS_TABLE", TABLE);
    environment.put("IDEMPOTENCY_TABLE", IDEMPOTENCY_TABLE);
    environment.put("DEFAULT_CURRENCY", "EUR");
    environment.put("OPERATIONS_TABLE_ALIAS", "lambda-apigateway");
    environment.put("MAX_RECEIVE_COUNT", "10");
    environment.put("POWERTOOLS_METRICS_NAMESPACE", "Orders");
    environment.put("POWERTOOLS_LOG_LEVEL", "INFO");
  }

  /** Returns what the template and Lambda give a function. */
  Map<String, String> environment(String service) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("POWERTOOLS_SERVICE_NAME", service);
    variables.put("AWS_LAMBDA_FUNCTION_NAME", service);
    variables.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024");
    variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + service);
    variables.put("AWS_LAMBDA_LOG_STREAM_NAME", "bench");
    variables.put("TZ", ":UTC");
    return variables;
  }

  /** Returns a {@code POST /orders}. */
  static byte[] apiRequest() throws IOException {
    ObjectNode event = request("POST", "/orders", "", "orders/read orders/write");
    event.put(
        "body",
        """
        {"currency":"EUR","lines":[
          {"sku":"JACKET-1","name":"Beautiful Jacket","quantity":1,"unitPrice":7889},
          {"sku":"SOCKS-7","name":"Warm socks","quantity":3,"unitPrice":499}],
         "shippingAddress":{"name":"A. Customer","line1":"1 Main Street","city":"Dublin","country":"IE"},
         "reference":"BENCH"}\
        """);
    return JSON.writeValueAsBytes(event);
  }

  /**
   * Returns a {@code GET}.
   *
   * @param query without the question mark
   * @param scope the caller's scopes
   */
  static byte[] get(String path, String query, String scope) throws IOException {
    return JSON.writeValueAsBytes(request("GET", path, query, scope));
  }

  private static ObjectNode request(String method, String path, String query, String scope) {
    String requestId = UUID.randomUUID().toString();
    String[] segments = path.split("/", -1);
    ObjectNode event = JSON.createObjectNode();
    if (segments.length > 2) {
      event.putObject("pathParameters").put("orderId", segments[2]);
      segments[2] = "{orderId}";
    }
    String route = method + " " + String.join("/", segments);
    event.put("version", "2.0").put("routeKey", route).put("rawPath", path);
    event.put("rawQueryString", query);
    event
        .putObject("headers")
        .put("content-type", "application/json")
        .put("idempotency-key", requestId)
        .put("host", "api.example.com")
        .put("user-agent", "bench");
    ObjectNode context = event.putObject("requestContext");
    context
        .put("accountId", "000000000000")
        .put("apiId", "bench")
        .put("domainName", "api.example.com")
        .put("domainPrefix", "api")
        .put("requestId", requestId)
        .put("routeKey", route)
        .put("stage", "$default")
        .put("time", "21/Nov/2026:00:00:00 +0000")
        .put("timeEpoch", System.currentTimeMillis());
    ObjectNode jwt = context.putObject("authorizer").putObject("jwt");
    jwt.putObject("claims").put("sub", "bench").put("scope", scope);
    jwt.putArray("scopes");
    context
        .putObject("http")
        .put("method", method)
        .put("path", path)
        .put("protocol", "HTTP/1.1")
        .put("sourceIp", "127.0.0.1")
        .put("userAgent", "bench");
    event.put("isBase64Encoded", false);
    return event;
  }

  /** Returns a batch of messages that place orders. */
  static byte[] queueBatch() throws IOException {
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    for (int i = 0; i < BATCH; i++) {
      ObjectNode message = records.addObject();
      PlaceOrder command = command(CUSTOMER, Instant.now());
      message
          .put("messageId", UUID.randomUUID().toString())
          .put("receiptHandle", "none")
          .put("body", QueueMessage.write(command));
      message
          .putObject("attributes")
          .put("ApproximateReceiveCount", "1")
          .put("SentTimestamp", Long.toString(System.currentTimeMillis()));
      message
          .putObject("messageAttributes")
          .putObject(QueueMessage.CORRELATION_ID_ATTRIBUTE)
          .put("stringValue", command.header().correlationId().value())
          .put("dataType", "String");
      message
          .put("eventSource", "aws:sqs")
          .put("eventSourceARN", "arn:aws:sqs:eu-west-1:000000000000:bench-orders")
          .put("awsRegion", "eu-west-1");
    }
    return JSON.writeValueAsBytes(event);
  }

  /** Returns a batch of stream records, each of a new order. */
  static byte[] streamBatch() throws IOException {
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    for (int i = 0; i < BATCH; i++) {
      StoredOrder placed = placed(CUSTOMER, Instant.now());
      ObjectNode record = records.addObject();
      record
          .put("eventID", UUID.randomUUID().toString())
          .put("eventName", "INSERT")
          .put("eventVersion", "1.1")
          .put("eventSource", "aws:dynamodb")
          .put("awsRegion", "eu-west-1");
      ObjectNode change = record.putObject("dynamodb");
      change.put("ApproximateCreationDateTime", System.currentTimeMillis() / 1000);
      change
          .putObject("Keys")
          .putObject(OrderItem.ORDER_ID)
          .put("S", placed.order().id().toString());
      change.set("NewImage", attributes(OrderItem.of(placed)));
      change
          .put("SequenceNumber", Long.toString(System.nanoTime()))
          .put("SizeBytes", 1000)
          .put("StreamViewType", "NEW_AND_OLD_IMAGES");
      record.put(
          "eventSourceARN",
          "arn:aws:dynamodb:eu-west-1:000000000000:table/bench-orders/stream/2026-01-01T00:00:00.000");
    }
    return JSON.writeValueAsBytes(event);
  }

  /** Returns a new order of a customer, as the processor stores it. */
  static StoredOrder placed(CustomerId customer, Instant at) {
    return ((Decision.Write) OrderDecider.decide(Optional.empty(), command(customer, at), at))
        .after();
  }

  static PlaceOrder command(CustomerId customer, Instant at) {
    OrderId id = OrderId.derive(customer, "POST /orders", UUID.randomUUID().toString());
    OrderContents contents =
        new OrderContents(
            EUR,
            List.of(
                new OrderLine(new Sku("JACKET-1"), "Beautiful Jacket", 1, new Money(EUR, 7889)),
                new OrderLine(new Sku("SOCKS-7"), "Warm socks", 3, new Money(EUR, 499))),
            new Address("A. Customer", "1 Main Street", null, null, "Dublin", "IE"),
            "BENCH",
            null,
            Map.of());
    CommandHeader header =
        new CommandHeader(
            new CommandId(id.value()),
            id,
            customer,
            new CorrelationId(UUID.randomUUID().toString()),
            WireTime.parse(WireTime.text(at)),
            new Fingerprint("0".repeat(64)),
            OptionalLong.empty());
    return new PlaceOrder(header, customer, contents);
  }

  private static ObjectNode attributes(Value.Fields fields) {
    ObjectNode node = JSON.createObjectNode();
    fields.map().forEach((name, value) -> node.set(name, attribute(value)));
    return node;
  }

  private static ObjectNode attribute(Value value) {
    ObjectNode node = JSON.createObjectNode();
    switch (value) {
      case Value.Text text -> node.put("S", text.text());
      case Value.Whole whole -> node.put("N", Long.toString(whole.number()));
      case Value.Nothing nothing -> node.put("NULL", true);
      case Value.Sequence sequence -> {
        ArrayNode items = node.putArray("L");
        sequence.items().forEach(item -> items.add(attribute(item)));
      }
      case Value.Fields fields -> node.set("M", attributes(fields));
      case Value.Foreign foreign ->
          throw new IllegalArgumentException("an order's item holds " + foreign.what());
    }
    return node;
  }

  private static void createOrdersTable(DynamoDbClient dynamoDb) {
    dynamoDb.createTable(
        create ->
            create
                .tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                    text(OrderItem.ORDER_ID),
                    text(OrderItem.CUSTOMER_ID),
                    text(OrderItem.STATUS_SHARD),
                    text(OrderItem.PLACED_AT_ORDER_ID))
                .keySchema(key(OrderItem.ORDER_ID, KeyType.HASH))
                .globalSecondaryIndexes(
                    index(OrderItem.CUSTOMER_ORDERS, OrderItem.CUSTOMER_ID),
                    index(OrderItem.STATUS_ORDERS, OrderItem.STATUS_SHARD)));
  }

  private static AttributeDefinition text(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  private static GlobalSecondaryIndex index(String name, String partitionKey) {
    return GlobalSecondaryIndex.builder()
        .indexName(name)
        .keySchema(
            key(partitionKey, KeyType.HASH), key(OrderItem.PLACED_AT_ORDER_ID, KeyType.RANGE))
        .projection(projection -> projection.projectionType(ProjectionType.ALL))
        .build();
  }
}
