package localcloud.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import localcloud.events.FilterCriteria;
import localcloud.model.Arns;
import localcloud.model.EventSourceMappingSpec;
import localcloud.model.FunctionSpec;
import localcloud.model.QueueSpec;
import localcloud.model.TableSpec;

/** Event source mappings in either spelling, with the limits of Lambda. */
final class MappingReader {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Set<String> ONLY_STREAMS =
      Set.of(
          "BisectBatchOnFunctionError",
          "DestinationConfig",
          "MaximumRecordAgeInSeconds",
          "MaximumRetryAttempts",
          "ParallelizationFactor",
          "StartingPosition");

  private final List<QueueSpec> queues;
  private final List<TableSpec> tables;

  MappingReader(List<QueueSpec> queues, List<TableSpec> tables) {
    this.queues = queues;
    this.tables = tables;
  }

  /** Reads a resource: the source's ARN tells which kind it is. */
  EventSourceMappingSpec read(PropertyReader mapping, FunctionSpec function) {
    String source = mapping.required("EventSourceArn");
    if (source.startsWith("arn:aws:dynamodb:")) {
      return fromStream(mapping, "EventSourceArn", mapping.owner(), function);
    }
    return fromQueue(mapping, "EventSourceArn", mapping.owner(), function);
  }

  EventSourceMappingSpec.FromQueue fromQueue(
      PropertyReader mapping, String source, String logicalId, FunctionSpec function) {
    for (String property : ONLY_STREAMS) {
      if (mapping.has(property)) {
        throw mapping.refuse(property, "is only for streams; remove it");
      }
    }
    String arn = mapping.required(source);
    QueueSpec queue =
        queues.stream()
            .filter(it -> it.arn().equals(arn))
            .findFirst()
            .orElseThrow(
                () ->
                    mapping.refuse(
                        source,
                        "is "
                            + arn
                            + ", which is no queue of this template; name one by !GetAtt"
                            + " QUEUE.Arn"));
    if (queue.visibilityTimeout().compareTo(function.timeout()) < 0) {
      throw mapping.refuse(
          source,
          "is %s, whose VisibilityTimeout of %d s is below the timeout of %s, %d s; six times the timeout is right"
              .formatted(
                  queue.logicalId(),
                  queue.visibilityTimeout().toSeconds(),
                  function.logicalId(),
                  function.timeout().toSeconds()));
    }
    int window = mapping.integer("MaximumBatchingWindowInSeconds", 0, 0, 300);
    int batchSize = mapping.integer("BatchSize", 10, 1, queue.fifo() ? 10 : 10_000);
    if (queue.fifo() && window > 0) {
      throw mapping.refuse("MaximumBatchingWindowInSeconds", "is not for FIFO queues; remove it");
    }
    if (batchSize > 10 && window == 0) {
      throw mapping.refuse(
          "BatchSize",
          "is " + batchSize + ", and over 10 needs MaximumBatchingWindowInSeconds of at least 1");
    }
    PropertyReader scaling = mapping.below("ScalingConfig");
    OptionalInt concurrency = scaling.integer("MaximumConcurrency", 2, 1_000);
    if (concurrency.isPresent()
        && function.reservedConcurrency().isPresent()
        && concurrency.getAsInt() > function.reservedConcurrency().getAsInt()) {
      throw scaling.refuse(
          "MaximumConcurrency",
          "is more than ReservedConcurrentExecutions of " + function.logicalId());
    }
    return new EventSourceMappingSpec.FromQueue(
        logicalId,
        function.logicalId(),
        mapping.bool("Enabled", true),
        batchSize,
        Duration.ofSeconds(window),
        partialFailures(mapping),
        filters(mapping, Set.of("body")),
        arn,
        concurrency);
  }

  EventSourceMappingSpec.FromStream fromStream(
      PropertyReader mapping, String source, String logicalId, FunctionSpec function) {
    if (mapping.has("ScalingConfig")) {
      throw mapping.refuse("ScalingConfig", "is only for queues; remove it");
    }
    String arn = mapping.required(source);
    TableSpec table =
        tables.stream()
            .filter(it -> it.streamViewType().isPresent())
            .filter(it -> arn.equals(Template.streamArn(it.name())))
            .findFirst()
            .orElseThrow(
                () ->
                    mapping.refuse(
                        source,
                        "is "
                            + arn
                            + ", which is no table's stream of this template; name one by !GetAtt"
                            + " TABLE.StreamArn"));
    mapping.required("StartingPosition");
    OptionalInt age = mapping.integer("MaximumRecordAgeInSeconds", -1, 604_800);
    if (age.isPresent() && age.getAsInt() >= 0 && age.getAsInt() < 60) {
      throw mapping.refuse("MaximumRecordAgeInSeconds", "must be -1, or 60 to 604800");
    }
    OptionalInt retries = mapping.integer("MaximumRetryAttempts", -1, 10_000);
    PropertyReader onFailure = mapping.below("DestinationConfig").below("OnFailure");
    return new EventSourceMappingSpec.FromStream(
        logicalId,
        function.logicalId(),
        mapping.bool("Enabled", true),
        mapping.integer("BatchSize", 100, 1, 10_000),
        Duration.ofSeconds(mapping.integer("MaximumBatchingWindowInSeconds", 0, 0, 300)),
        partialFailures(mapping),
        filters(mapping, Set.of()),
        table.name(),
        mapping.oneOf("StartingPosition", "", Set.of("TRIM_HORIZON", "LATEST")),
        mapping.integer("ParallelizationFactor", 1, 1, 10),
        mapping.bool("BisectBatchOnFunctionError", false),
        retries.isPresent() && retries.getAsInt() >= 0 ? retries : OptionalInt.empty(),
        age.isPresent() && age.getAsInt() >= 0
            ? Optional.of(Duration.ofSeconds(age.getAsInt()))
            : Optional.empty(),
        destination(onFailure, Set.of("sqs", "sns")));
  }

  /** Returns the ARN of a destination, which must be of one of these services. */
  static Optional<String> destination(PropertyReader props, Set<String> services) {
    if (props.fields().fields().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> arn = props.text("Destination");
    if (arn.isEmpty()) {
      throw new TemplateException(
          props.place(),
          props.path("Destination") + " is missing; name a queue or topic by its ARN");
    }
    String[] parts = arn.get().split(":", -1);
    if (parts.length < 6 || !parts[0].equals("arn") || !services.contains(parts[2])) {
      throw props.refuse(
          "Destination",
          "is "
              + arn.get()
              + "; it must be the ARN of: "
              + String.join(", ", services.stream().sorted().toList()));
    }
    if (arn.get().endsWith(".fifo")) {
      throw props.refuse(
          "Destination", "is " + arn.get() + "; Lambda tells only standard queues and topics");
    }
    return arn;
  }

  private static boolean partialFailures(PropertyReader mapping) {
    List<String> types = mapping.texts("FunctionResponseTypes");
    for (String type : types) {
      if (!type.equals("ReportBatchItemFailures")) {
        throw mapping.refuse(
            "FunctionResponseTypes", "holds " + type + "; only ReportBatchItemFailures exists");
      }
    }
    return !types.isEmpty();
  }

  /**
   * Returns a mapping's filter patterns.
   *
   * @param only the keys of a record that may be filtered by; empty for all
   */
  private static List<JsonNode> filters(PropertyReader mapping, Set<String> only) {
    List<JsonNode> patterns = new ArrayList<>();
    PropertyReader criteria = mapping.below("FilterCriteria");
    List<TemplateNode> filters = criteria.items("Filters");
    if (filters.size() > 10) {
      throw criteria.refuse("Filters", "are " + filters.size() + "; at most 10 are allowed");
    }
    for (TemplateNode item : filters) {
      PropertyReader filter = PropertyReader.of(criteria.path("Filters"), item);
      String pattern = filter.required("Pattern");
      try {
        JsonNode json = JSON.readTree(pattern);
        if (json == null || !json.isObject() || json.isEmpty()) {
          throw filter.refuse("Pattern", "must be a JSON object with at least one key");
        }
        FilterCriteria unused = FilterCriteria.of(List.of(json));
        for (String key : FilterCriteria.keysOf(json)) {
          if (!only.isEmpty() && !only.contains(key)) {
            throw filter.refuse(
                "Pattern", "looks at " + key + ", but a queue's records are filtered by body only");
          }
        }
        patterns.add(json);
      } catch (IllegalArgumentException e) {
        throw filter.refuse("Pattern", "is not understood: " + e.getMessage());
      } catch (JsonProcessingException e) {
        throw filter.refuse(
            "Pattern", "is not JSON: " + e.getOriginalMessage().replaceAll("\\s+", " "));
      }
    }
    return patterns;
  }

  /** Returns the name in a function's name, ARN or partial ARN, without alias or version. */
  static String functionName(String nameOrArn) {
    int marker = nameOrArn.indexOf("function:");
    String rest = marker < 0 ? nameOrArn : nameOrArn.substring(marker + "function:".length());
    int qualifier = rest.indexOf(':');
    return qualifier < 0 ? Arns.nameOf(rest) : rest.substring(0, qualifier);
  }
}
