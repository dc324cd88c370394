package orders.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import orders.systemtests.chaos.Pipeline;
import orders.systemtests.chaos.ServiceFault;
import orders.systemtests.client.Call;
import org.junit.jupiter.api.Test;

/** What goes wrong between a customer and the queue. */
class ApiFaultsIT extends FaultCase {
  /** One request whose answer the killed function never gives, sent again until it is accepted. */
  private String killedWhile(ServiceFault fault) throws Exception {
    faults(fault.withDelay(Duration.ofSeconds(9)));
    try (ExecutorService customers = Executors.newSingleThreadExecutor()) {
      Future<String> accepted = customers.submit(() -> place("killed", order()));

      signalHeldUp(Pipeline.API, "KILL");

      String id = accepted.get();
      assertThat(run.history().calls().getFirst().uncertain()).isTrue();
      return id;
    }
  }

  @Test
  void killed_after_the_send_and_before_its_answer_the_retry_gets_the_same_order()
      throws Exception {
    String id = killedWhile(ServiceFault.of("delay", "dynamodb", "UpdateItem", Pipeline.API));

    awaitVersion(id, 1);
    everyPromiseWasKept();
    assertThat(run.orders()).hasSize(1);
  }

  @Test
  void killed_after_taking_the_key_and_before_the_send_the_retry_places_the_order()
      throws Exception {
    String id = killedWhile(ServiceFault.of("delay", "sqs", "SendMessage", Pipeline.API));

    awaitVersion(id, 1);
    everyPromiseWasKept();
    assertThat(run.orders()).hasSize(1);
  }

  @Test
  void a_send_that_timed_out_but_was_taken_makes_one_order() throws Exception {
    faults(ServiceFault.of("cut-after", "sqs", "SendMessage", Pipeline.API).times(1));

    String id = place();

    awaitVersion(id, 1);
    everyPromiseWasKept();
    assertThat(run.orders()).hasSize(1);
    assertThat(order(id).version()).isEqualTo(1);
  }

  @Test
  void while_the_queue_refuses_the_caller_hears_so_and_the_key_stays_free() throws Exception {
    faults(ServiceFault.of("error", "sqs", "SendMessage", Pipeline.API));
    Call refused = run.client().place(run.customer(), "later", order());
    assertThat(refused.status()).isIn(500, 503, 504);

    pipeline.noFaults();
    String id = place("later", order());

    awaitVersion(id, 1);
    everyPromiseWasKept();
  }

  @Test
  void an_order_is_readable_at_once_although_its_message_is_held_back() throws Exception {
    faults(
        ServiceFault.of("hold-back", "sqs", "SendMessage", Pipeline.API)
            .withDelay(Duration.ofSeconds(3)));
    String id = place();

    Call read = run.careful().get(run.customer(), "/orders/" + id);

    assertThat(read.status()).isEqualTo(200);
    assertThat(read.answer().path("status").asText()).isEqualTo("PENDING");
    awaitVersion(id, 1);
    everyPromiseWasKept();
  }
}
