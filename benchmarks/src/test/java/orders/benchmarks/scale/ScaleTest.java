package orders.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import orders.wire.ItemSize;
import orders.wire.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleTest {
  @Test
  void an_items_bytes_are_counted_by_dynamodbs_rule() {
    Value.Fields item =
        Value.fields()
            .with("id", "abc") // 2 + 3
            .with("n", 1234) // 1 + 3
            .with("é", "é") // 2 + 2
            .with("list", new Value.Sequence(List.of(new Value.Text("ab")))) // 4 + 3 + 1 + 2
            .with("map", Value.fields().with("k", "v").build()) // 3 + 3 + 1 + 1 + 1
            .build();

    assertThat(ItemSize.of(item)).isEqualTo(5 + 4 + 4 + 10 + 9);
    assertThat(ItemSize.of(item, Set.of("id", "absent"))).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 100, 1_000, 10_000, 100_000})
  void what_an_order_writes_does_not_depend_on_how_many_there_are(int rate) {
    Demand demand = ours(rate);

    assertThat(demand.writes()).isEqualTo(ours(1).writes());
    assertThat(demand.reads()).isEqualTo(ours(1).reads());
  }

  @Test
  void batches_fill_as_the_rate_grows_and_never_pass_ten() {
    assertThat(ours(1).batch()).isEqualTo(1);
    assertThat(ours(100_000).batch()).isEqualTo(10);
    assertThat(ours(100_000).processorMillis()).isLessThan(ours(1).processorMillis());
  }

  @Test
  void an_order_costs_the_sum_of_its_parts() {
    Demand demand = ours(1_000);

    assertThat(
            demand.apiGatewayCost()
                + demand.lambdaCost()
                + demand.sqsCost()
                + demand.dynamoDbCost()
                + demand.snsCost()
                + demand.logCost())
        .isCloseTo(demand.cost(), within(1e-12));
  }

  @Test
  void this_design_asks_less_of_everything_than_the_naive_one() {
    Demand ours = ours(1_000);
    Demand naive = new Demand(Design.naive(), Workload.typical(1_000));

    assertThat(ours.dynamoDbRequests()).isLessThan(naive.dynamoDbRequests());
    assertThat(ours.writes()).isLessThan(naive.writes());
    assertThat(ours.processorMillis()).isLessThan(naive.processorMillis() / 5);
    assertThat(ours.snsRequests()).isEqualTo(naive.snsRequests() / 10);
    assertThat(ours.hottestStatusPartition()).isLessThan(naive.hottestStatusPartition());
    assertThat(ours.cost()).isLessThan(naive.cost());
  }

  @Test
  void more_status_shards_move_the_limit_in_proportion() {
    double four = new Demand(Design.ours(4), Workload.typical(1)).hottestStatusPartition();
    double eight = new Demand(Design.ours(8), Workload.typical(1)).hottestStatusPartition();

    assertThat(eight).isEqualTo(four / 2);
  }

  @Test
  void a_quota_bites_where_what_is_used_is_what_there_is() {
    Quota quota = new Quota("something", 1_000, 4, "somebody");

    assertThat(quota.bitesAt()).isEqualTo(250);
  }

  @Test
  void the_model_knows_the_templates_defaults_and_projection() throws IOException {
    String template = Files.readString(project().resolve("template.yaml"));

    assertThat(template)
        .containsPattern(parameter("ApiRateLimit", 1_000))
        .containsPattern(parameter("ProcessorMaximumConcurrency", 20));
    for (String attribute : Demand.PROJECTED) {
      assertThat(template).containsPattern("[\\[ ]" + attribute + "[,\\] ]");
    }
  }

  @Test
  void the_document_shows_what_the_program_prints() throws IOException {
    assertThat(Files.readString(project().resolve("docs/scale.md")))
        .as("run orders.benchmarks.scale.ScaleReport and put what it prints into the document")
        .contains(ScaleReport.markdown());
  }

  private static Pattern parameter(String name, int value) {
    return Pattern.compile(name + ":\\n(?: {4}.*\\n)*? {4}Default: " + value + "\\n");
  }

  private static Demand ours(int rate) {
    return new Demand(Design.ours(Demand.statusShards()), Workload.typical(rate));
  }

  private static Path project() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("template.yaml"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("template.yaml is in no folder above this one");
      }
    }
    return folder;
  }
}
