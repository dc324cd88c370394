package orders.systemtests.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import orders.notifier.application.PublishChanges;
import orders.notifier.aws.SnsEventPublisher;
import orders.systemtests.chaos.StandIn;
import software.amazon.awssdk.services.sns.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sns.model.PublishBatchResponse;
import software.amazon.awssdk.services.sns.model.PublishBatchResultEntry;

/** What stands in for the guards of the notifier. */
final class NotifierMutants {
  private NotifierMutants() {}

  /** After a failed request the next ones are sent all the same. */
  public static final class GoesOnAfterAFailure {
    /** The first record that failed; a process handles one batch at a time. */
    private static final AtomicReference<Optional<?>> FAILED =
        new AtomicReference<>(Optional.empty());

    @StandIn(owner = Optional.class, method = "isPresent", callers = PublishChanges.class)
    public static boolean isPresent(Optional<?> failed) {
      FAILED.updateAndGet(first -> first.isPresent() ? first : failed);
      return false;
    }

    @StandIn(owner = Optional.class, method = "map", callers = PublishChanges.class)
    @SuppressWarnings({"unchecked", "rawtypes"})
    public static Optional<?> map(Optional<?> unreadable, Function position) {
      Optional<?> failed = FAILED.getAndSet(Optional.empty());
      return failed.isPresent() ? failed : unreadable.map(position);
    }
  }

  /** An entry of a batch that the topic refused counts as published. */
  public static final class TakesRefusedForPublished {
    @StandIn(
        owner = PublishBatchResponse.class,
        method = "successful",
        callers = SnsEventPublisher.class)
    public static List<PublishBatchResultEntry> successful(PublishBatchResponse response) {
      List<PublishBatchResultEntry> all = new ArrayList<>(response.successful());
      for (BatchResultErrorEntry entry : response.failed()) {
        all.add(PublishBatchResultEntry.builder().id(entry.id()).messageId(entry.id()).build());
      }
      return all;
    }

    @StandIn(
        owner = PublishBatchResponse.class,
        method = "failed",
        callers = SnsEventPublisher.class)
    public static List<BatchResultErrorEntry> failed(PublishBatchResponse response) {
      return List.of();
    }
  }
}
