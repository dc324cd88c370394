package orders.api;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import orders.api.http.HttpApiEvents;
import orders.api.http.HttpRequest;
import orders.lambda.Environment;
import orders.lambda.Invocation;
import orders.lambda.Primer;
import orders.lambda.events.LambdaEventSerializer;
import org.crac.Core;

/** Edge of the order-api function: an HTTP API event in, its answer out. */
public final class OrderApiHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse>, org.crac.Resource {
  private final OrderApi api;

  @SuppressWarnings("UnusedVariable") // Held, or CRaC forgets it.
  private final Primer primer;

  /** Called by the runtime, once for each execution environment. */
  public OrderApiHandler() {
    this(OrderApiWiring.from(Environment.ofProcess()));
    Core.getGlobalContext().register(this);
  }

  OrderApiHandler(OrderApi api) {
    this.api = api;
    this.primer = Primer.beforeSnapshot(() -> prime(Environment.ofProcess()));
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

  /** Handles a request that places an order, without a service behind it. */
  static void prime(Environment environment) throws IOException {
    APIGatewayV2HTTPEvent event = Primer.event("http-event", APIGatewayV2HTTPEvent.class);
    OrderApi api = OrderApiWiring.forPriming(environment);
    new LambdaEventSerializer()
        .toJson(
            HttpApiEvents.write(api.handle(HttpApiEvents.read(event), Duration.ofSeconds(10))),
            OutputStream.nullOutputStream(),
            APIGatewayV2HTTPResponse.class);
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return Invocation.call(
        context,
        () -> {
          HttpRequest request = HttpApiEvents.read(event);
          Invocation.correlateWith(request.correlationId().value());
          Duration remaining = Duration.ofMillis(context.getRemainingTimeInMillis());
          return HttpApiEvents.write(api.handle(request, remaining));
        });
  }
}
