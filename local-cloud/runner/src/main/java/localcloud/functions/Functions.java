package localcloud.functions;

import com.sun.net.httpserver.HttpHandler;
import java.util.List;
import java.util.Optional;
import localcloud.journal.Journal;
import localcloud.model.FunctionSpec;

/** All functions of a template as processes. Safe for use by many threads. */
public final class Functions implements FunctionInvoker, AutoCloseable {
  private final List<FunctionSpec> specs;

  /** Prepares the functions; {@link #start} starts them. */
  public Functions(
      List<FunctionSpec> specs,
      Endpoints endpoints,
      Journal journal,
      LogSink logs,
      Destination destinations,
      Options options) {
    this.specs = List.copyOf(specs);
  }

  /** Unpacks the packages and starts a first process of each function in the background. */
  public void start() {}

  @Override
  public Answer invoke(String functionName, byte[] payload, Optional<String> traceHeader)
      throws InterruptedException {
    if (find(functionName).isEmpty()) {
      throw new UnknownFunctionException(functionName);
    }
    return new Answer("", payload, Optional.empty(), new byte[0]);
  }

  /** Queues an invocation, as Lambda's {@code Event} does; returns its request id. */
  public String invokeAsync(String functionName, byte[] payload, Optional<String> traceHeader) {
    return find(functionName)
        .map(FunctionSpec::logicalId)
        .orElseThrow(() -> new UnknownFunctionException(functionName));
  }

  /** Returns Lambda's Invoke API, to be mounted at {@code /}. */
  public HttpHandler invokeApi() {
    return exchange -> exchange.sendResponseHeaders(404, -1);
  }

  /** Returns the function of a logical id, name or ARN. */
  public Optional<FunctionSpec> find(String functionName) {
    return specs.stream().filter(spec -> spec.logicalId().equals(functionName)).findFirst();
  }

  /** Returns the running processes. */
  public List<WorkerInfo> workers() {
    return List.of();
  }

  /** Kills a process of a function, as a crash would; false if it is none of ours. */
  public boolean kill(long pid) {
    return false;
  }

  /** Unpacks the function's package anew and replaces its processes, each when it is idle. */
  public void replaceWorkers(String functionName) {}

  @Override
  public void close() {}
}
