package orders.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import orders.systemtests.chaos.Pipeline;
import orders.systemtests.chaos.ServiceFault;
import orders.systemtests.checker.ReceivedEvent;
import org.junit.jupiter.api.Test;

/** What goes wrong between the table and the subscribers. */
class NotifierFaultsIT extends FaultCase {
  private static ServiceFault publish(String kind) {
    return ServiceFault.of(kind, "sns", "PublishBatch", Pipeline.NOTIFIER);
  }

  @Test
  void killed_between_publish_and_checkpoint_it_repeats_the_event_unchanged() throws Exception {
    faults(publish("answer-late").withDelay(Duration.ofSeconds(20)));
    String id = stored();

    signalHeldUp(Pipeline.NOTIFIER, "KILL");

    await("the event's repeat", () -> eventsOf(id).size() > 1);
    everyPromiseWasKept();
    assertThat(eventsOf(id))
        .extracting(ReceivedEvent::raw)
        .containsOnly(eventsOf(id).getFirst().raw());
  }

  @Test
  void frozen_between_publish_and_checkpoint_it_goes_on_where_it_stood() throws Exception {
    faults(publish("answer-late").withDelay(SLOW));
    String id = stored();

    List<Long> frozen = signalHeldUp(Pipeline.NOTIFIER, "STOP");
    try {
      await("the event", () -> announced(id));
    } finally {
      for (long pid : frozen) {
        pipeline.signal(pid, "CONT");
      }
    }

    String later = stored();
    await("the event after it", () -> announced(later));
    everyPromiseWasKept();
  }

  @Test
  void an_event_whose_publishing_timed_out_but_was_made_is_repeated_unchanged() throws Exception {
    faults(publish("cut-after").times(1));

    String id = stored();

    await("the event", () -> !eventsOf(id).isEmpty());
    everyPromiseWasKept();
  }

  @Test
  void while_the_topic_is_away_events_wait_and_keep_their_order() throws Exception {
    faults(ServiceFault.of("refuse", "sns", "*", Pipeline.NOTIFIER));
    String id = stored();
    cancel(id, "cancel");
    awaitVersion(id, 2);
    awaitFault();
    assertThat(eventsOf(id)).isEmpty();

    pipeline.noFaults();

    await("both events", () -> eventsOf(id).size() >= 2);
    everyPromiseWasKept();
  }

  @Test
  void one_entry_of_a_batch_that_is_refused_comes_again_and_none_is_lost() throws Exception {
    faults(publish("fail-entry").times(3));

    placeMany(8);

    everyPromiseWasKept();
  }

  @Test
  void records_that_come_again_after_they_were_done_are_announced_again_unchanged()
      throws Exception {
    faults(ServiceFault.of("repeat-records", "dynamodb", "GetRecords", "*"));

    String id = stored();

    await("the event's repeat", () -> eventsOf(id).size() > 2);
    pipeline.noFaults();
    everyPromiseWasKept();
    assertThat(eventsOf(id))
        .extracting(ReceivedEvent::raw)
        .containsOnly(eventsOf(id).getFirst().raw());
  }

  @Test
  void an_iterator_that_expired_is_asked_for_again_where_it_stood() throws Exception {
    faults(ServiceFault.of("expire-iterator", "dynamodb", "GetRecords", "*").times(4));

    placeMany(4);

    everyPromiseWasKept();
  }
}
