package localcloud.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import localcloud.functions.FunctionInvoker;

/** A function that does what its test says, and remembers what it was given. */
final class ScriptedFunction implements FunctionInvoker {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the function does with an event: returns its answer. */
  @FunctionalInterface
  interface Script {
    String answer(JsonNode event) throws InterruptedException;
  }

  /** Makes the function fail, as an unhandled error does. */
  static final class FunctionFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  final List<JsonNode> events = Collections.synchronizedList(new ArrayList<>());
  final List<Optional<String>> traces = Collections.synchronizedList(new ArrayList<>());
  private final Script script;
  private final int processes;

  ScriptedFunction(Script script) {
    this(Integer.MAX_VALUE, script);
  }

  /**
   * @param processes how many invocations can be under way at once
   */
  ScriptedFunction(int processes, Script script) {
    this.processes = processes;
    this.script = script;
  }

  @Override
  public int atOnce(String functionName) {
    return processes;
  }

  @Override
  public Answer invoke(String functionName, byte[] payload, Optional<String> traceHeader)
      throws InterruptedException {
    JsonNode event;
    try {
      event = JSON.readTree(payload);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    events.add(event);
    traces.add(traceHeader);
    String id = "request-" + events.size();
    try {
      return new Answer(
          id, script.answer(event).getBytes(StandardCharsets.UTF_8), Optional.empty(), new byte[0]);
    } catch (FunctionFailure e) {
      return new Answer(
          id,
          "{\"errorMessage\":\"scripted\"}".getBytes(StandardCharsets.UTF_8),
          Optional.of("Unhandled"),
          new byte[0]);
    }
  }

  /** Returns the bodies of a queue's event, or the keys' ids of a stream's. */
  static List<String> values(JsonNode event) {
    List<String> values = new ArrayList<>();
    for (JsonNode record : event.path("Records")) {
      values.add(
          record.has("body")
              ? record.path("body").asText()
              : record.path("dynamodb").path("Keys").path("id").path("S").asText());
    }
    return values;
  }

  List<List<String>> batches() {
    synchronized (events) {
      return events.stream().map(ScriptedFunction::values).toList();
    }
  }

  List<String> all() {
    return batches().stream().flatMap(List::stream).toList();
  }
}
