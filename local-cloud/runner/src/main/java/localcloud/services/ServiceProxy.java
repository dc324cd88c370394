package localcloud.services;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import localcloud.journal.Journal;
import localcloud.wire.RefusedRequestException;
import localcloud.wire.Request;
import localcloud.wire.Response;
import localcloud.wire.Response.Fate;
import localcloud.wire.Upstream;
import localcloud.wire.WireHandler;
import localcloud.wire.WireServer;
import org.jspecify.annotations.Nullable;

/**
 * The public front of DynamoDB Local or ElasticMQ: passes requests on as they are, and on the way
 * writes down what is written, checks the caller's policies, counts, and makes the faults that were
 * asked for.
 */
public final class ServiceProxy implements AutoCloseable {
  /** More than any request that the services take, so that they refuse it in their own words. */
  private static final WireServer.Limits LIMITS =
      new WireServer.Limits(
          32 * 1024, 20L * 1024 * 1024, Duration.ofMinutes(5), Duration.ofSeconds(30));

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
  private static final int JOURNALED_CHARS = 16 * 1024;
  private static final Set<String> WRITES =
      Set.of(
          "SendMessage",
          "SendMessageBatch",
          "PutItem",
          "UpdateItem",
          "DeleteItem",
          "BatchWriteItem",
          "TransactWriteItems",
          "ExecuteStatement",
          "BatchExecuteStatement",
          "ExecuteTransaction");

  private final Service service;
  private final Hooks hooks;
  private final WireServer server;
  private volatile @Nullable Upstream upstream;

  /**
   * Takes the public port; calls wait until {@link #serve}.
   *
   * @param port on 127.0.0.1; 0 for any free one
   * @throws java.net.BindException if the port is taken
   */
  public ServiceProxy(Service service, int port, Hooks hooks) throws IOException {
    this.service = service;
    this.hooks = hooks;
    this.server = new WireServer(port, LIMITS);
  }

  public int port() {
    return server.port();
  }

  /** Begins to pass calls on to the service at this port of 127.0.0.1. */
  public void serve(int servicePort) {
    upstream = new Upstream(servicePort, ANSWER_LIMIT);
    server.serve(
        service.prefix() + "-front",
        new WireHandler() {
          @Override
          public Response handle(Request request) throws InterruptedException {
            return pass(request);
          }

          @Override
          public Response refuse(RefusedRequestException refusal) {
            return Response.of(refusal.status(), "text/plain", refusal.getMessage() + "\n");
          }

          @Override
          public boolean accepts() {
            return !hooks.faults().refusesConnections(service);
          }
        });
  }

  private Response pass(Request request) throws InterruptedException {
    long begun = System.nanoTime();
    var call = CallReader.read(service, request);
    var refused = hooks.access().refused(call);
    Response response;
    if (refused.isPresent()) {
      response = ServiceErrors.accessDenied(call, refused.get());
    } else {
      journal(call, request);
      var fault = hooks.faults().any() ? hooks.faults().next(call) : Optional.<FaultRule>empty();
      response = fault.isEmpty() ? forward(call, request) : disturb(call, request, fault.get());
    }
    boolean error = response.status() >= 400 || response.status() == 0;
    double capacity = call.asksCapacity() && !error ? Capacity.in(response.body()) : 0;
    hooks.counts().add(call, error, capacity, System.nanoTime() - begun);
    return response;
  }

  private Response disturb(ServiceCall call, Request request, FaultRule rule)
      throws InterruptedException {
    return switch (rule.kind()) {
      case THROTTLE -> ServiceErrors.throttled(call);
      case ERROR -> ServiceErrors.internal(call);
      case EXPIRE_ITERATOR -> ServiceErrors.expiredIterator(call);
      case CUT_BEFORE -> Response.CUT;
      case REFUSE -> Response.RESET;
      case DELAY -> {
        Thread.sleep(rule.delay());
        yield forward(call, request);
      }
      case CUT_AFTER -> {
        forward(call, request);
        yield Response.CUT;
      }
      case DUPLICATE -> {
        if (call.action().startsWith("SendMessage")) {
          forward(call, request);
        }
        yield forward(call, request);
      }
      case HOLD_BACK -> forward(call, BatchFaults.heldBack(request, rule.delay()));
      case FAIL_ENTRY ->
          BatchFaults.withoutOneEntry(call, request, rest -> forward(call, rest))
              .orElseGet(() -> forward(call, request));
    };
  }

  private Response forward(ServiceCall call, Request request) {
    var to = upstream;
    if (to == null) {
      return ServiceErrors.unavailable(call);
    }
    try {
      return to.send(request.method(), request.target(), request.headers(), request.body());
    } catch (IOException failed) {
      // Whether it was carried out is unknown, and the caller learns just that.
      var answer = ServiceErrors.unavailable(call);
      return new Response(answer.status(), answer.headers(), answer.body(), Fate.CLOSE);
    }
  }

  private void journal(ServiceCall call, Request request) {
    if (!WRITES.contains(call.action())) {
      return;
    }
    byte[] body = request.body();
    String text =
        new String(body, 0, Math.min(body.length, JOURNALED_CHARS), StandardCharsets.UTF_8);
    String by = call.caller().isEmpty() ? "somebody" : call.caller();
    hooks
        .journal()
        .add(
            new Journal.Entry(
                Instant.now(),
                service.prefix(),
                call.resource(),
                by + " calls " + call.action() + " on " + call.resource(),
                text));
  }

  @Override
  public void close() {
    server.close();
    var to = upstream;
    if (to != null) {
      to.close();
    }
  }
}
