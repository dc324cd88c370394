package orders.lambda.metrics;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.lambda.powertools.metrics.Metrics;
import software.amazon.lambda.powertools.metrics.model.DimensionSet;
import software.amazon.lambda.powertools.metrics.model.MetricResolution;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/**
 * Writes Powertools metrics as lines of CloudWatch's embedded metric format to standard output.
 *
 * <p>Powertools' own writer brings data binding and a library of its own, which cost a cold start
 * more than all the rest of the function's metrics ever will. Not for use by several threads.
 */
public final class EmfMetrics implements Metrics {
  /** The most values of one metric in one line; the format's own limit. */
  private static final int MAX_VALUES = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder().recyclerPool(JsonRecyclerPools.sharedBoundedPool()).build();

  private final Map<String, Series> metrics = new LinkedHashMap<>();
  private final Map<String, String> dimensions = new LinkedHashMap<>();
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private DimensionSet defaultDimensions = new DimensionSet();
  private String namespace = "";
  private boolean raiseOnEmpty;
  private @Nullable Instant timestamp;

  private record Series(MetricUnit unit, MetricResolution resolution, List<Double> values) {}

  @Override
  public void addMetric(String key, double value, MetricUnit unit, MetricResolution resolution) {
    Series series = metrics.get(key);
    if (series != null && series.values().size() == MAX_VALUES) {
      write();
      metrics.clear();
      series = null;
    }
    if (series == null) {
      series = new Series(unit, resolution, new ArrayList<>());
      metrics.put(key, series);
    }
    series.values().add(value);
  }

  @Override
  public void addDimension(DimensionSet set) {
    dimensions.putAll(set.getDimensions());
  }

  @Override
  public void setTimestamp(Instant timestamp) {
    this.timestamp = timestamp;
  }

  @Override
  public void addMetadata(String key, Object value) {
    metadata.put(key, value);
  }

  @Override
  public void setDefaultDimensions(DimensionSet set) {
    defaultDimensions = set;
  }

  @Override
  public DimensionSet getDefaultDimensions() {
    return defaultDimensions;
  }

  @Override
  public void setNamespace(String namespace) {
    this.namespace = namespace;
  }

  @Override
  public void setRaiseOnEmptyMetrics(boolean raiseOnEmpty) {
    this.raiseOnEmpty = raiseOnEmpty;
  }

  @Override
  public void clearDefaultDimensions() {
    defaultDimensions = new DimensionSet();
  }

  @Override
  public void flush() {
    if (!metrics.isEmpty()) {
      write();
    } else if (raiseOnEmpty) {
      throw new IllegalStateException("no metrics to write");
    }
    metrics.clear();
    dimensions.clear();
    metadata.clear();
    timestamp = null;
  }

  @Override
  public void captureColdStartMetric(Context context, DimensionSet set) {
    captureColdStartMetric(set);
  }

  @Override
  public void captureColdStartMetric(DimensionSet set) {
    flushMetrics(
        single -> {
          single.addDimension(set);
          single.addMetric("ColdStart", 1, MetricUnit.COUNT);
        });
  }

  @Override
  public void flushMetrics(Consumer<Metrics> adder) {
    EmfMetrics single = new EmfMetrics();
    single.namespace = namespace;
    single.defaultDimensions = defaultDimensions;
    adder.accept(single);
    single.flush();
  }

  private void write() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      writeDirective(json);
      for (Map.Entry<String, String> dimension : allDimensions().entrySet()) {
        json.writeStringField(dimension.getKey(), dimension.getValue());
      }
      for (Map.Entry<String, Object> entry : metadata.entrySet()) {
        json.writeStringField(entry.getKey(), String.valueOf(entry.getValue()));
      }
      for (Map.Entry<String, Series> metric : metrics.entrySet()) {
        json.writeArrayFieldStart(metric.getKey());
        for (double value : metric.getValue().values()) {
          writeNumber(json, value);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
    out.write('\n');
    byte[] line = out.toByteArray();
    System.out.write(line, 0, line.length);
    System.out.flush();
  }

  private void writeDirective(JsonGenerator json) throws IOException {
    Instant time = timestamp == null ? Instant.now() : timestamp;
    json.writeObjectFieldStart("_aws");
    json.writeNumberField("Timestamp", time.toEpochMilli());
    json.writeArrayFieldStart("CloudWatchMetrics");
    json.writeStartObject();
    json.writeStringField("Namespace", namespace);
    json.writeArrayFieldStart("Dimensions");
    json.writeStartArray();
    for (String dimension : allDimensions().keySet()) {
      json.writeString(dimension);
    }
    json.writeEndArray();
    json.writeEndArray();
    json.writeArrayFieldStart("Metrics");
    for (Map.Entry<String, Series> metric : metrics.entrySet()) {
      json.writeStartObject();
      json.writeStringField("Name", metric.getKey());
      json.writeStringField("Unit", metric.getValue().unit().getName());
      if (metric.getValue().resolution() == MetricResolution.HIGH) {
        json.writeNumberField("StorageResolution", 1);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private Map<String, String> allDimensions() {
    Map<String, String> all = new LinkedHashMap<>(defaultDimensions.getDimensions());
    all.putAll(dimensions);
    return all;
  }

  private static void writeNumber(JsonGenerator json, double value) throws IOException {
    if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
      json.writeNumber((long) value);
    } else {
      json.writeNumber(value);
    }
  }
}
