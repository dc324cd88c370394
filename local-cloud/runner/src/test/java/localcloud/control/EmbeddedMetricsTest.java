package localcloud.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EmbeddedMetricsTest {
  private static final String LINE =
      """
      {"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"Shop","Metrics":[{"Name":"ThingsSold"},{"Name":"SaleMillis"}],\
      "Dimensions":[["service"]]}]},"service":"till","ThingsSold":2,"SaleMillis":[10,20.5]}\
      """;

  private final EmbeddedMetrics metrics = new EmbeddedMetrics();

  @Test
  void lines_add_up() {
    metrics.line(LINE);
    metrics.line(LINE);

    assertThat(metrics.sum("Shop", "ThingsSold")).isEqualTo(4);
    assertThat(metrics.prometheus())
        .contains("shop_things_sold_sum{service=\"till\"} 4.0\n")
        .contains("shop_sale_millis_sum{service=\"till\"} 61.0\n")
        .contains("shop_sale_millis_count{service=\"till\"} 4\n");
  }

  @Test
  void other_lines_are_left_alone() {
    metrics.line("plain text about \"_aws\"");
    metrics.line("{\"message\":\"no metrics\"}");

    assertThat(metrics.prometheus()).isEmpty();
  }
}
