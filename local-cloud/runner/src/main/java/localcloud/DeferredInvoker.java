package localcloud;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import localcloud.functions.FunctionInvoker;

/** Stands for the functions where something must know them before they are there; calls wait. */
final class DeferredInvoker implements FunctionInvoker {
  private final CompletableFuture<FunctionInvoker> functions = new CompletableFuture<>();

  void become(FunctionInvoker invoker) {
    functions.complete(invoker);
  }

  @Override
  public Answer invoke(String functionName, byte[] payload, Optional<String> traceHeader)
      throws InterruptedException {
    try {
      return functions.get().invoke(functionName, payload, traceHeader);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
