package orders.api;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import orders.api.http.HttpApiEvents;
import orders.api.http.HttpRequest;
import orders.lambda.Environment;
import orders.lambda.Invocation;
import orders.lambda.Primer;
import org.crac.Core;

/** Edge of the order-api function: an HTTP API event in, its answer out. */
public final class OrderApiHandler implements RequestStreamHandler, org.crac.Resource {
  private final OrderApi api;

  @SuppressWarnings("UnusedVariable") // Held, or CRaC forgets it.
  private final Primer priming;

  /** Called by the runtime, once for each execution environment. */
  public OrderApiHandler() {
    this(OrderApiWiring.from(Environment.ofProcess()));
    Core.getGlobalContext().register(this);
  }

  OrderApiHandler(OrderApi api) {
    this.api = api;
    this.priming = Primer.beforeSnapshot(() -> rehearse(Environment.ofProcess()));
  }

  /** Called by SnapStart before it takes the snapshot that all environments start from. */
  @Override
  public void beforeCheckpoint(org.crac.Context<? extends org.crac.Resource> context) {
    Invocation.beforeAll(Environment.ofProcess(), api::prime);
  }

  @Override
  public void afterRestore(org.crac.Context<? extends org.crac.Resource> context) {
    // Connections that ended with the snapshot are opened anew by the clients themselves.
  }

  /** Plays a request that places an order, without a service behind it. */
  static void rehearse(Environment environment) throws IOException {
    try (InputStream event = Primer.event("http-event")) {
      HttpApiEvents.write(
          OrderApiWiring.rehearsing(environment)
              .handle(HttpApiEvents.read(event), Duration.ofSeconds(10)),
          OutputStream.nullOutputStream());
    }
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    Invocation.run(
        context,
        () -> {
          HttpRequest request = HttpApiEvents.read(event);
          Invocation.correlateWith(request.correlationId().value());
          Duration remaining = Duration.ofMillis(context.getRemainingTimeInMillis());
          HttpApiEvents.write(api.handle(request, remaining), answer);
        });
  }
}
