package localcloud.probe;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Does what its event, a JSON string of a word and an argument, tells it to. */
public final class Probe implements RequestStreamHandler {
  public Probe() throws InterruptedException {
    String init = System.getenv().getOrDefault("PROBE_INIT", "");
    System.out.println("probe initializes");
    if (init.equals("fail")
        || (init.equals("fail in training") && Boolean.getBoolean("localcloud.training"))) {
      throw new IllegalStateException("told to fail at initialization");
    }
    if (init.startsWith("sleep ")) {
      Thread.sleep(Long.parseLong(init.substring(6)));
    }
    if (init.startsWith("await ")) {
      await(Path.of(init.substring(6)));
    }
    if (init.startsWith("exit ")) {
      System.out.println("probe exits");
      Runtime.getRuntime().halt(Integer.parseInt(init.substring(5)));
    }
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    String event = new String(input.readAllBytes(), StandardCharsets.UTF_8);
    output.write(answer(event, context).getBytes(StandardCharsets.UTF_8));
  }

  private static String answer(String event, Context context) throws IOException {
    String[] words = event.replace("\"", "").split(" ", 2);
    String argument = words.length > 1 ? words[1] : "";
    switch (words[0]) {
      case "sleep" -> {
        System.out.println("probe sleeps");
        sleep(Long.parseLong(argument));
      }
      case "await" -> await(Path.of(argument));
      case "fail" ->
          throw argument.isEmpty()
              ? new IllegalStateException()
              : new IllegalStateException(argument);
      case "exit" -> {
        System.out.println("probe exits");
        Runtime.getRuntime().halt(Integer.parseInt(argument));
      }
      case "print" -> {
        for (int i = 1; i <= Integer.parseInt(argument); i++) {
          System.out.println("line " + i);
        }
      }
      case "big" -> {
        return '"' + "x".repeat(Integer.parseInt(argument) - 2) + '"';
      }
      case "client" -> {
        return json(
            context.getClientContext() == null ? Map.of() : context.getClientContext().getCustom());
      }
      case "pid" -> {
        return Long.toString(ProcessHandle.current().pid());
      }
      case "env" -> {
        return json(System.getenv());
      }
      case "properties" -> {
        Map<String, String> properties = new TreeMap<>();
        System.getProperties().forEach((k, v) -> properties.put(k.toString(), v.toString()));
        properties.put("contextClass", context.getClass().getName());
        properties.put("maxMemory", Long.toString(Runtime.getRuntime().maxMemory()));
        return json(properties);
      }
      case "context" -> {
        return json(
            Map.of(
                "requestId", context.getAwsRequestId(),
                "functionName", context.getFunctionName(),
                "version", context.getFunctionVersion(),
                "arn", context.getInvokedFunctionArn(),
                "memory", Integer.toString(context.getMemoryLimitInMB()),
                "remaining", Integer.toString(context.getRemainingTimeInMillis()),
                "logGroup", context.getLogGroupName(),
                "logStream", context.getLogStreamName(),
                "trace", System.getProperty("com.amazonaws.xray.traceHeader", "")));
      }
      default -> {
        return event;
      }
    }
    return "\"done\"";
  }

  /** Waits until a file is there. */
  private static void await(Path file) {
    while (!Files.exists(file)) {
      sleep(10);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String json(Map<String, String> map) {
    StringBuilder json = new StringBuilder("{");
    map.forEach(
        (key, value) ->
            json.append(json.length() > 1 ? "," : "")
                .append(quoted(key))
                .append(':')
                .append(quoted(value)));
    return json.append('}').toString();
  }

  private static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "")
        + '"';
  }
}
