package orders.notifier;

import java.time.Duration;
import java.time.Instant;
import orders.lambda.Invocation;
import orders.notifier.application.Instrumentation;
import orders.notifier.application.OutboundEvent;
import orders.notifier.application.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/** Tells each step in one log line and in the metrics. No line holds anything of the payload. */
final class LoggedInstrumentation implements Instrumentation {
  private static final Logger LOG = LoggerFactory.getLogger("orders.notifier");

  @Override
  public void published(OutboundEvent announcement, String messageId, Instant at) {
    long millis = Math.max(0, Duration.between(announcement.change().at(), at).toMillis());
    line(LOG.atInfo(), announcement, "published")
        .addKeyValue("message_id", messageId)
        .addKeyValue("duration_ms", millis)
        .log("event published");
    Invocation.correlateWithNothing();
    Invocation.metrics().addMetric("EventsPublished", 1, MetricUnit.COUNT);
    Invocation.metrics()
        .addMetric("StoreToPublishMillis", (double) millis, MetricUnit.MILLISECONDS);
  }

  @Override
  public void retried(OutboundEvent announcement, String reason) {
    line(LOG.atWarn(), announcement, "retried")
        .addKeyValue("sequence_number", announcement.sequenceNumber())
        .addKeyValue("reason", reason)
        .log("event will be retried");
    Invocation.correlateWithNothing();
    Invocation.metrics().addMetric("EventsRetried", 1, MetricUnit.COUNT);
  }

  @Override
  public void unreadable(StreamRecord record, String reason) {
    LOG.atError()
        .addKeyValue("outcome", "unreadable")
        .addKeyValue("sequence_number", record.sequenceNumber())
        .addKeyValue("reason", reason)
        .log("record unreadable");
    Invocation.metrics().addMetric("EventsRetried", 1, MetricUnit.COUNT);
  }

  private static LoggingEventBuilder line(
      LoggingEventBuilder line, OutboundEvent announcement, String outcome) {
    Invocation.correlateWith(announcement.change().correlationId().value());
    return line.addKeyValue("order_id", announcement.order().order().id())
        .addKeyValue("version", announcement.change().version())
        .addKeyValue("command_id", announcement.change().commandId())
        .addKeyValue("event_type", announcement.event().type())
        .addKeyValue("outcome", outcome);
  }
}
