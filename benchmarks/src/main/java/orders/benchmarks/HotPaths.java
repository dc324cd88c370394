package orders.benchmarks;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import orders.api.form.JsonBody;
import orders.api.form.Parsed;
import orders.api.form.PlaceOrderParser;
import orders.api.http.HttpApiEvents;
import orders.api.http.HttpRequest;
import orders.api.json.JsonValue.JsonObject;
import orders.domain.Decision;
import orders.domain.OrderCommand;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderDecider;
import orders.domain.StoredOrder;
import orders.lambda.events.LambdaEventSerializer;
import orders.notifier.StreamEventReader;
import orders.notifier.application.StreamRecord;
import orders.wire.OrderEventJson;
import orders.wire.OrderItem;
import orders.wire.QueueMessage;
import orders.wire.dynamodb.AttributeValues;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What every order goes through, without the network: by JMH, {@code ./orders bench-hot-paths}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HotPaths {
  private static final LambdaEventSerializer JSON = new LambdaEventSerializer();

  private final byte[] request = sample(SampleEvents::apiRequest);
  private final PlaceOrder command = SampleEvents.command(SampleEvents.CUSTOMER, Instant.now());
  private final String message = QueueMessage.write(command);
  private final StoredOrder stored = SampleEvents.placed(SampleEvents.CUSTOMER, Instant.now());
  private final byte[] records = sample(SampleEvents::streamBatch);

  /** Makes a sample. */
  @FunctionalInterface
  private interface Sample {
    byte[] make() throws IOException;
  }

  private static byte[] sample(Sample sample) {
    try {
      return sample.make();
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
  }

  /** An HTTP API's event to an order that may be placed. */
  @Benchmark
  public Parsed<PlaceOrderParser> parseRequest() {
    HttpRequest read =
        HttpApiEvents.read(
            JSON.<APIGatewayV2HTTPEvent>fromJson(
                new ByteArrayInputStream(request), APIGatewayV2HTTPEvent.class));
    return switch (JsonBody.required(read, Set.of(JsonBody.JSON))) {
      case Parsed.Valid<JsonObject>(JsonObject body) ->
          PlaceOrderParser.read(body, read.caller().orElseThrow());
      case Parsed.Invalid<JsonObject>(var problem) ->
          throw new IllegalStateException("the sample is no order: " + problem);
    };
  }

  /** A queue's message to a command. */
  @Benchmark
  public OrderCommand readMessage() {
    return QueueMessage.read(message);
  }

  /** A command on no order to the order that it makes. */
  @Benchmark
  public Decision decide() {
    return OrderDecider.decide(Optional.empty(), command, Instant.EPOCH);
  }

  /** An order to the item that is stored of it. */
  @Benchmark
  public Map<String, AttributeValue> writeItem() {
    return AttributeValues.of(OrderItem.of(stored));
  }

  /** Ten stream records to their orders. */
  @Benchmark
  public int readTenStreamRecords() {
    int versions = 0;
    DynamodbEvent event = JSON.fromJson(new ByteArrayInputStream(records), DynamodbEvent.class);
    for (StreamRecord record : StreamEventReader.read(event)) {
      if (record.change() instanceof StreamRecord.Change.Written written) {
        versions += (int) OrderItem.read(written.image()).order().version();
      }
    }
    return versions;
  }

  /** An order to the event of its first version. */
  @Benchmark
  public OrderEventJson writeEvent() {
    return OrderEventJson.of(stored, 1);
  }
}
