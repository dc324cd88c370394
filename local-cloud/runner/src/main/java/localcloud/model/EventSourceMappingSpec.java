package localcloud.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What a function is fed from. Both spellings of a template become one of these. */
public sealed interface EventSourceMappingSpec {
  /** Logical id of the mapping, or function's logical id followed by the event's name. */
  String logicalId();

  String functionLogicalId();

  boolean enabled();

  int batchSize();

  /** How long to gather a batch; zero for not at all. */
  Duration batchingWindow();

  /** Whether {@code ReportBatchItemFailures} is on. */
  boolean reportBatchItemFailures();

  /** Filter patterns, each a JSON object; a record passes if one matches; empty lets all pass. */
  List<JsonNode> filters();

  /** From a queue. */
  record FromQueue(
      String logicalId,
      String functionLogicalId,
      boolean enabled,
      int batchSize,
      Duration batchingWindow,
      boolean reportBatchItemFailures,
      List<JsonNode> filters,
      String queueArn,
      OptionalInt maximumConcurrency)
      implements EventSourceMappingSpec {}

  /**
   * From a table's stream.
   *
   * @param tableName the table whose stream it reads
   * @param startingPosition {@code TRIM_HORIZON} or {@code LATEST}
   * @param maximumRetryAttempts empty for without end (-1)
   * @param maximumRecordAge empty for without end (-1)
   * @param onFailureArn queue or topic that is told of what was given up
   */
  record FromStream(
      String logicalId,
      String functionLogicalId,
      boolean enabled,
      int batchSize,
      Duration batchingWindow,
      boolean reportBatchItemFailures,
      List<JsonNode> filters,
      String tableName,
      String startingPosition,
      int parallelizationFactor,
      boolean bisectBatchOnFunctionError,
      OptionalInt maximumRetryAttempts,
      Optional<Duration> maximumRecordAge,
      Optional<String> onFailureArn)
      implements EventSourceMappingSpec {}
}
