package orders.systemtests.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Alarms, dashboard and saved queries, and the metrics, keys and runbook they speak of. */
class AlarmsAndDashboardTest {
  private static final Pattern SECTION = Pattern.compile("docs/runbook\\.md#([a-z0-9-]+)$");
  private static final Pattern HEADING = Pattern.compile("(?m)^## (.+)$");
  private static final Pattern NAME = Pattern.compile("\\$\\{([A-Za-z0-9]+)(?:\\.[A-Za-z.]+)?}");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern WORD = Pattern.compile("@?[a-zA-Z_][a-zA-Z0-9_]*");

  /** The contract's metrics. */
  private static final Set<String> METRICS =
      Set.of(
          "OrdersAccepted",
          "OrdersReplayed",
          "RequestsRefused",
          "CommandsApplied",
          "CommandsAlreadyApplied",
          "CommandsRefused",
          "CommandsRetried",
          "EventsPublished",
          "EventsRetried",
          "AcceptToStoreMillis",
          "StoreToPublishMillis",
          "OrderValue");

  /** What Powertools and CloudWatch themselves give each line. */
  private static final Set<String> KEYS_OF_EVERY_LINE =
      Set.of(
          "@timestamp",
          "@log",
          "type",
          "level",
          "message",
          "service",
          "xray_trace_id",
          "correlation_id",
          "function_request_id");

  /** What Lambda's own records say, whose keys have points. */
  private static final Set<String> WORDS_OF_PLATFORM_RECORDS = Set.of("platform.report", "success");

  private static final Pattern PLATFORM_KEY = Pattern.compile("record(\\.[a-zA-Z]+)+");

  /** The words of the query language that the queries use. */
  private static final Set<String> QUERY_WORDS =
      Set.of(
          "fields",
          "filter",
          "stats",
          "sort",
          "limit",
          "asc",
          "desc",
          "as",
          "by",
          "in",
          "and",
          "count",
          "latest",
          "pct",
          "max",
          "ispresent");

  /** What the queries name by themselves. */
  private static final Set<String> QUERY_ALIASES =
      Set.of("refused", "example", "steps", "p50", "p99", "slowest");

  private final SamTemplate template = SamTemplate.ofProject();
  private final Map<String, JsonNode> alarms = template.ofType("AWS::CloudWatch::Alarm");
  private final JsonNode namespace =
      template.environment("OrderApiFunction").get("POWERTOOLS_METRICS_NAMESPACE");

  @Test
  void every_alarm_names_a_section_of_the_runbook_and_every_section_has_an_alarm() {
    Set<String> named = new TreeSet<>();
    alarms.forEach(
        (id, alarm) -> {
          List<String> sections =
              SECTION
                  .matcher(alarm.path("AlarmDescription").asText())
                  .results()
                  .map(match -> match.group(1))
                  .toList();
          assertThat(sections).as(id).hasSize(1);
          named.addAll(sections);
        });

    assertThat(named).isEqualTo(anchors(SamTemplate.text("docs/runbook.md")));
  }

  @Test
  void every_section_of_the_runbook_says_what_it_means_and_how_to_know_that_it_worked() {
    String[] sections = SamTemplate.text("docs/runbook.md").split("(?m)^## ", -1);

    assertThat(sections).hasSizeGreaterThan(1);
    assertThat(Stream.of(sections).skip(1))
        .allSatisfy(
            section ->
                assertThat(section)
                    .contains("**Means.**", "**Look at.**", "**Do.**", "**Worked when**"));
  }

  @Test
  void every_alarm_tells_somebody_when_it_begins_and_when_it_ends() {
    assertThat(alarms)
        .allSatisfy(
            (id, alarm) -> {
              assertThat(alarm.path("AlarmActions").findValuesAsText("Ref"))
                  .containsExactly("AlarmTopic", "AlarmTopicArn");
              assertThat(alarm.path("OKActions")).isEqualTo(alarm.path("AlarmActions"));
              assertThat(alarm.path("TreatMissingData").asText()).isIn("notBreaching", "breaching");
            });
  }

  @Test
  void everything_that_can_go_wrong_is_watched() {
    Set<String> watched =
        alarms.values().stream()
            .flatMap(alarm -> alarm.findValuesAsText("MetricName").stream())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(watched)
        .contains(
            "ApproximateNumberOfMessagesVisible",
            "ApproximateAgeOfOldestMessage",
            "IteratorAge",
            "CommandsApplied",
            "EventsPublished",
            "DestinationDeliveryFailures",
            "Errors",
            "Throttles",
            "WriteThrottleEvents",
            "5xx",
            "Latency",
            "RequestsRefused",
            "Count");
    for (String metric : List.of("Errors", "Throttles")) {
      assertThat(
              alarms.values().stream()
                  .filter(alarm -> alarm.path("MetricName").asText().equals(metric))
                  .map(alarm -> alarm.at("/Dimensions/0/Value/Ref").asText()))
          .containsExactlyInAnyOrderElementsOf(
              template.ofType("AWS::Serverless::Function").keySet());
    }
    assertThat(
            alarms.values().stream()
                .filter(alarm -> alarm.path("Namespace").asText().equals("AWS/SQS"))
                .map(alarm -> alarm.at("/Dimensions/0/Value/Fn::GetAtt/0").asText()))
        .containsExactlyInAnyOrder("OrderDeadLetterQueue", "NotifierDeadLetterQueue", "OrderQueue");
  }

  @Test
  void our_own_metrics_in_alarms_are_ones_that_the_code_counts() {
    Set<String> own = new TreeSet<>();
    for (JsonNode alarm : alarms.values()) {
      for (JsonNode metric : alarm.findParents("MetricName")) {
        if (metric.path("Namespace").equals(namespace)) {
          own.add(metric.path("MetricName").asText());
          assertThat(metric.at("/Dimensions/0/Name").asText()).isEqualTo("Service");
          assertThat(metric.at("/Dimensions/0/Value").asText()).isIn(services());
        } else {
          assertThat(metric.path("Namespace").asText()).startsWith("AWS/");
        }
      }
    }
    own.removeAll(metricsOfFilters());

    assertThat(own).isNotEmpty();
    assertThat(Written.literals()).containsAll(own);
  }

  @Test
  void all_metrics_of_the_contract_are_counted_in_the_namespace_that_is_watched() {
    assertThat(Written.literals()).containsAll(METRICS);
    for (String function : template.ofType("AWS::Serverless::Function").keySet()) {
      assertThat(template.environment(function).get("POWERTOOLS_METRICS_NAMESPACE"))
          .isEqualTo(namespace);
    }
  }

  @Test
  void no_stack_counts_in_the_namespace_of_another() {
    assertThat(namespace.at("/Fn::If/0").asText()).isEqualTo("HasMetricsNamespace");
    assertThat(namespace.at("/Fn::If/2/Fn::Sub").asText()).isEqualTo("Orders/${AWS::StackName}");
    assertThat(dashboard().at("/Fn::Sub/1/Namespace")).isEqualTo(namespace);
    assertThat(template.ofType("AWS::Logs::MetricFilter").values())
        .allSatisfy(
            filter ->
                assertThat(filter.at("/MetricTransformations/0/MetricNamespace"))
                    .isEqualTo(namespace));
  }

  @Test
  void an_alarm_on_a_table_ends_when_the_table_has_nothing_to_report() {
    assertThat(alarms)
        .allSatisfy(
            (id, alarm) -> {
              assertThat(alarm.path("Namespace").asText()).as(id).isNotEqualTo("AWS/DynamoDB");
              String expression = alarm.path("Metrics").path(0).path("Expression").asText();
              for (JsonNode metric : alarm.path("Metrics")) {
                if (metric.at("/MetricStat/Metric/Namespace").asText().equals("AWS/DynamoDB")) {
                  assertThat(expression)
                      .as(id)
                      .contains("FILL(" + metric.path("Id").asText() + ", 0)");
                }
              }
            });
  }

  @Test
  void every_index_of_the_table_is_watched() {
    Set<String> watched = new TreeSet<>();
    for (JsonNode dimension :
        template.properties("OrdersTableThrottlesAlarm").findValues("Dimensions")) {
      for (JsonNode part : dimension) {
        if (part.path("Name").asText().equals("GlobalSecondaryIndexName")) {
          watched.add(part.path("Value").asText());
        }
      }
    }

    assertThat(watched)
        .isEqualTo(
            new TreeSet<>(
                template
                    .properties("OrdersTable")
                    .path("GlobalSecondaryIndexes")
                    .findValuesAsText("IndexName")));
  }

  @Test
  void silence_is_an_alarm_only_where_it_is_asked_for() {
    assertThat(template.root().at("/Resources/MissingTrafficAlarm/Condition").asText())
        .isEqualTo("WatchTraffic");
    assertThat(template.root().at("/Parameters/MissingTraffic/Default").asText()).isEqualTo("off");
  }

  @Test
  void the_dashboard_is_json_and_shows_only_what_there_is() throws JsonProcessingException {
    String body = dashboard().at("/Fn::Sub/0").asText();
    ObjectMapper strict = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    JsonNode dashboard = strict.readTree(body);

    Set<String> literals = Written.literals();
    Set<String> metrics = new TreeSet<>();
    for (JsonNode widget : dashboard.path("widgets")) {
      List<String> before = List.of();
      for (JsonNode row : widget.at("/properties/metrics")) {
        List<String> full = expanded(row, before);
        if (!full.isEmpty()) {
          before = full;
          if (full.get(0).equals("${Namespace}")) {
            metrics.add(full.get(1));
            assertThat(full.get(2)).isEqualTo("Service");
            assertThat(full.get(3)).isIn(services());
          } else {
            assertThat(full.get(0)).startsWith("AWS/");
          }
          assertThat(full.size() % 2).as(full.toString()).isZero();
        }
      }
    }
    assertThat(metrics).isNotEmpty();
    assertThat(literals).containsAll(metrics);
    assertThat(names(body)).allSatisfy(template::properties);
  }

  @Test
  void the_dashboard_shows_every_alarm_that_every_stage_has() {
    String body = dashboard().at("/Fn::Sub/0").asText();
    Set<String> always = new TreeSet<>(alarms.keySet());
    always.removeIf(id -> template.root().path("Resources").path(id).has("Condition"));

    assertThat(names(body)).containsAll(always);
  }

  @Test
  void saved_queries_use_keys_and_messages_that_lines_have() {
    Set<String> literals = Written.literals();
    Map<String, JsonNode> queries = template.ofType("AWS::Logs::QueryDefinition");

    assertThat(queries.values().stream().map(it -> it.at("/Name/Fn::Sub").asText()))
        .contains(
            "${AWS::StackName}/One order's story",
            "${AWS::StackName}/What was refused and why",
            "${AWS::StackName}/Slowest steps",
            "${AWS::StackName}/Dead-lettered messages",
            "${AWS::StackName}/Time-outs and crashes");
    queries.forEach(
        (id, query) -> {
          String text = query.path("QueryString").asText();
          for (String quoted : group(QUOTED, text)) {
            if (!Set.of("ORDER_ID", "WARN", "ERROR").contains(quoted)
                && !WORDS_OF_PLATFORM_RECORDS.contains(quoted)) {
              assertThat(literals).as(id).contains(quoted);
            }
          }
          String unquoted = QUOTED.matcher(text).replaceAll("");
          Set<String> keys = group(WORD, PLATFORM_KEY.matcher(unquoted).replaceAll(""));
          keys.removeAll(QUERY_WORDS);
          keys.removeAll(QUERY_ALIASES);
          keys.removeAll(KEYS_OF_EVERY_LINE);
          assertThat(literals).as(id).containsAll(keys);
        });
  }

  @Test
  void metrics_made_of_log_lines_read_keys_that_lines_have() {
    Map<String, JsonNode> filters = template.ofType("AWS::Logs::MetricFilter");

    assertThat(filters).hasSize(3);
    assertThat(filters.values())
        .allSatisfy(
            filter -> {
              assertThat(filter.path("FilterPattern").asText())
                  .isEqualTo("{ $.level = \"ERROR\" }");
              assertThat(filter.at("/MetricTransformations/0/Dimensions/0/Value").asText())
                  .isEqualTo("$.service");
            });
  }

  private JsonNode dashboard() {
    return template.properties("Dashboard").path("DashboardBody");
  }

  private Set<String> metricsOfFilters() {
    return template.ofType("AWS::Logs::MetricFilter").values().stream()
        .map(filter -> filter.at("/MetricTransformations/0/MetricName").asText())
        .collect(Collectors.toSet());
  }

  private Set<String> services() {
    return template.ofType("AWS::Serverless::Function").keySet().stream()
        .map(id -> template.environment(id).get("POWERTOOLS_SERVICE_NAME").asText())
        .collect(Collectors.toSet());
  }

  /** Returns a row of a dashboard's metrics with CloudWatch's shorthand written out. */
  private static List<String> expanded(JsonNode row, List<String> before) {
    List<String> given = new ArrayList<>();
    for (JsonNode part : row) {
      if (part.isTextual()) {
        given.add(part.asText());
      }
    }
    if (given.isEmpty()) {
      return List.of();
    }
    List<String> full = new ArrayList<>();
    if (given.get(0).equals("...")) {
      full.addAll(before.subList(0, before.size() - (given.size() - 1)));
      full.addAll(given.subList(1, given.size()));
    } else {
      for (int i = 0; i < given.size(); i++) {
        full.add(given.get(i).equals(".") ? before.get(i) : given.get(i));
      }
    }
    return full;
  }

  private static Set<String> names(String body) {
    return group(NAME, body.replaceAll("\\$\\{(AWS::[A-Za-z]+|Namespace)}", ""));
  }

  private static Set<String> group(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    pattern
        .matcher(text)
        .results()
        .map(match -> match.groupCount() == 0 ? match.group() : match.group(1))
        .forEach(found::add);
    return found;
  }

  /** Returns the anchors that a Markdown text's second-level headings have. */
  private static Set<String> anchors(String markdown) {
    return HEADING
        .matcher(markdown)
        .results()
        .map(MatchResult::group)
        .map(heading -> heading.substring(3).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
