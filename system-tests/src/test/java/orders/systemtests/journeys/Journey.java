package orders.systemtests.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import localcloud.LocalCloud;
import localcloud.junit.RunTemplate;
import orders.systemtests.Await;
import orders.systemtests.chaos.Pipeline;
import orders.systemtests.chaos.Subscriber;
import orders.systemtests.checker.EventSchema;
import orders.systemtests.checker.ReceivedEvent;
import orders.systemtests.client.Call;
import orders.systemtests.client.Caller;
import orders.systemtests.client.History;
import orders.systemtests.client.OrdersClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A running pipeline, a client at its front door and a subscriber at its other end. */
@RunTemplate
abstract class Journey {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  LocalCloud cloud;
  Pipeline pipeline;
  History history;
  OrdersClient client;
  Subscriber subscriber;

  @SuppressWarnings("NullAway.Init")
  Journey() {}

  @BeforeEach
  void arrive(LocalCloud running) throws InterruptedException {
    cloud = running;
    pipeline = new Pipeline(running.invokePort());
    history = new History();
    client = new OrdersClient(running.apiUrl(), history, PATIENCE).careful();
    subscriber = new Subscriber(pipeline, "journey-" + UUID.randomUUID());
  }

  @AfterEach
  void leave() {
    subscriber.close();
    client.close();
    pipeline.close();
    assertThat(history.undocumented()).isEmpty();
    assertThat(subscriber.received())
        .allSatisfy(event -> assertThat(EventSchema.errors(event.event())).isEmpty());
  }

  Caller customer() {
    return caller("customer-" + UUID.randomUUID(), Set.of("orders/read", "orders/write"), false);
  }

  Caller backOffice() {
    return caller("clerk-" + UUID.randomUUID(), Set.of("orders/admin"), true);
  }

  private Caller caller(String subject, Set<String> scopes, boolean admin) {
    return new Caller(subject, cloud.token(subject, scopes, Duration.ofHours(1)), admin);
  }

  /** Waits until an order reads as it should, and returns how it reads then. */
  JsonNode awaitStatus(Caller caller, String orderId, String status) throws InterruptedException {
    Call[] last = new Call[1];
    await(
        "order " + orderId + " to be " + status,
        () -> {
          last[0] = client.get(caller, "/orders/" + orderId);
          return last[0].answer().path("status").asText().equals(status);
        });
    return last[0].answer();
  }

  /** Waits for the event of one version. */
  ReceivedEvent awaitEvent(String orderId, long version) throws InterruptedException {
    String id = orderId + ":" + version;
    await("event " + id, () -> event(id).isPresent());
    return event(id).orElseThrow();
  }

  private Optional<ReceivedEvent> event(String id) {
    return subscriber.received().stream().filter(event -> event.id().equals(id)).findFirst();
  }

  static void await(String what, Callable<Boolean> condition) throws InterruptedException {
    Await.await(what, PATIENCE, condition);
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }
}
