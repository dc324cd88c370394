package orders.lambda.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Instant;
import orders.lambda.testing.StandardOutput;
import org.junit.jupiter.api.Test;
import software.amazon.lambda.powertools.metrics.model.DimensionSet;
import software.amazon.lambda.powertools.metrics.model.MetricResolution;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

class EmfMetricsTest {
  private final EmfMetrics metrics = new EmfMetrics();

  EmfMetricsTest() {
    metrics.setNamespace("Orders");
    metrics.setDefaultDimensions(DimensionSet.of("service", "order-api"));
  }

  @Test
  void values_of_one_metric_are_one_line_of_the_embedded_metric_format() {
    metrics.setTimestamp(Instant.ofEpochMilli(1_767_225_600_000L));
    metrics.addMetric("OrdersAccepted", 1, MetricUnit.COUNT, MetricResolution.STANDARD);
    metrics.addMetric("OrdersAccepted", 2.5, MetricUnit.COUNT, MetricResolution.STANDARD);
    metrics.addMetadata("order_id", "o-1");

    assertThat(StandardOutput.of(metrics::flush))
        .isEqualTo(
            "{\"_aws\":{\"Timestamp\":1767225600000,\"CloudWatchMetrics\":[{\"Namespace\":\"Orders\",\"Dimensions\":[[\"service\"]],\"Metrics\":[{\"Name\":\"OrdersAccepted\",\"Unit\":\"Count\"}]}]},\"service\":\"order-api\",\"order_id\":\"o-1\",\"OrdersAccepted\":[1,2.5]}\n");
  }

  @Test
  void what_was_written_is_not_written_again() {
    metrics.addMetric("OrdersAccepted", 1, MetricUnit.COUNT, MetricResolution.STANDARD);
    metrics.addDimension(DimensionSet.of("currency", "EUR"));

    assertThat(StandardOutput.of(metrics::flush)).contains("[[\"service\",\"currency\"]]");
    assertThat(StandardOutput.of(metrics::flush)).isEmpty();
    metrics.addMetric("OrdersAccepted", 1, MetricUnit.COUNT, MetricResolution.HIGH);
    assertThat(StandardOutput.of(metrics::flush))
        .contains("[[\"service\"]]", "\"StorageResolution\":1");
  }

  @Test
  void more_values_than_a_line_may_hold_are_two_lines() {
    String lines =
        StandardOutput.of(
            () -> {
              for (int i = 0; i < 101; i++) {
                metrics.addMetric("OrderValue", i, MetricUnit.NONE, MetricResolution.STANDARD);
              }
              metrics.flush();
            });

    assertThat(lines.lines()).hasSize(2);
    assertThat(lines).contains("98,99]}\n", "\"OrderValue\":[100]}\n");
  }

  @Test
  void a_line_of_its_own_leaves_the_others_alone() {
    metrics.addMetric("OrdersAccepted", 1, MetricUnit.COUNT, MetricResolution.STANDARD);

    String single =
        StandardOutput.of(() -> metrics.captureColdStartMetric(DimensionSet.of("function", "f")));

    assertThat(single).contains("\"ColdStart\":[1]").doesNotContain("OrdersAccepted");
    assertThat(StandardOutput.of(metrics::flush)).contains("\"OrdersAccepted\":[1]");
  }

  @Test
  void nothing_to_write_is_an_error_only_where_it_is_asked_for() {
    assertThat(StandardOutput.of(metrics::flush)).isEmpty();
    metrics.setRaiseOnEmptyMetrics(true);
    assertThatIllegalStateException().isThrownBy(metrics::flush);
  }
}
