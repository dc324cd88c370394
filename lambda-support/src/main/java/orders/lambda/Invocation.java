package orders.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import java.util.function.Supplier;
import orders.lambda.logging.Redacted;
import orders.lambda.metrics.EmfMetrics;
import org.slf4j.MDC;
import software.amazon.lambda.powertools.logging.PowertoolsLogging;
import software.amazon.lambda.powertools.metrics.Metrics;
import software.amazon.lambda.powertools.metrics.MetricsFactory;

/** Runs a handler's work with Powertools logging and metrics around it. */
public final class Invocation {
  private static final String CORRELATION_ID = "correlation_id";

  static {
    MetricsFactory.setMetricsProvider(EmfMetrics::new);
  }

  private Invocation() {}

  /** A handler failed; its exception is named here, without its text. */
  public static final class InvocationFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private InvocationFailedException(Exception failure) {
      super("the invocation failed: " + failure.getClass().getName());
      setStackTrace(failure.getStackTrace());
    }
  }

  /**
   * Does a handler's work: every line it logs carries the invocation's keys ({@code service},
   * {@code cold_start}, {@code function_*}, {@code xray_trace_id}), and its metrics are written at
   * its end, whatever the end.
   */
  public static <T> T call(Context context, Supplier<T> work) {
    PowertoolsLogging.initializeLogging(context);
    try {
      return work.get();
    } catch (RuntimeException failure) {
      // Lambda logs what a handler throws, its text included.
      if (Redacted.isSafe(failure)) {
        throw failure;
      }
      throw new InvocationFailedException(failure);
    } finally {
      metrics().flush();
      PowertoolsLogging.clearState(true);
    }
  }

  /**
   * Runs what comes before every invocation: each line it logs carries those of the invocation's
   * keys that are known by then.
   */
  public static void beforeAll(Environment environment, Runnable work) {
    MDC.put("service", environment.orElse("POWERTOOLS_SERVICE_NAME", "service_undefined"));
    MDC.put("cold_start", "true");
    MDC.put("function_name", environment.required("AWS_LAMBDA_FUNCTION_NAME"));
    MDC.put("function_version", environment.required("AWS_LAMBDA_FUNCTION_VERSION"));
    MDC.put("function_memory_size", environment.required("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
    try {
      work.run();
    } finally {
      PowertoolsLogging.clearState(true);
    }
  }

  /** Returns where metrics are counted. */
  public static Metrics metrics() {
    return MetricsFactory.getMetricsInstance();
  }

  /** Gives the lines that follow a correlation id, until the next one or the invocation's end. */
  public static void correlateWith(String correlationId) {
    MDC.put(CORRELATION_ID, correlationId);
  }

  /** Takes the correlation id from the lines that follow. */
  public static void correlateWithNothing() {
    MDC.remove(CORRELATION_ID);
  }
}
