package localcloud.services;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.function.Consumer;
import localcloud.wire.Headers;
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

  /** What the process that serves DynamoDB Local takes besides DynamoDB's own targets. */
  private static final String CLOSE_SHARDS = "LocalCloud.CloseShards";

  private final Service service;
  private final ServiceExtension supplement;
  private final RequestInterceptor gate;
  private final WireServer server;
  private volatile @Nullable Upstream upstream;
  private volatile Consumer<ServiceCall> written = call -> {};

  /**
   * Takes over the public port; calls wait until {@link #serve}.
   *
   * @param socket from {@link WireServer#bind}
   * @param supplement what the service lacks
   */
  public ServiceProxy(
      Service service, ServerSocket socket, Hooks hooks, ServiceExtension supplement) {
    this.service = service;
    this.supplement = supplement;
    this.gate = new RequestInterceptor(service, hooks);
    this.server = new WireServer(socket, LIMITS);
  }

  public int port() {
    return server.port();
  }

  /** Begins to pass calls on to the service at this port of 127.0.0.1. */
  public void serve(int servicePort) {
    moved(servicePort);
    server.serve(
        service.prefix() + "-front",
        new WireHandler() {
          @Override
          public Response handle(Request request) throws InterruptedException {
            return gate.pass(request, carrier);
          }

          @Override
          public boolean accepts() {
            return gate.acceptsConnections();
          }
        });
  }

  /** Goes on with the service at another port, where it was started again. */
  public void moved(int servicePort) {
    var before = upstream;
    upstream = new Upstream(servicePort, ANSWER_LIMIT);
    if (before != null) {
      before.close();
    }
  }

  /** Sets who is told of each call that has written. */
  public void whenWritten(Consumer<ServiceCall> told) {
    written = told;
  }

  private final RequestInterceptor.Carrier carrier =
      new RequestInterceptor.Carrier() {
        @Override
        public Response carryOut(ServiceCall call, Request request) {
          return forward(call, request);
        }

        @Override
        public Response carryOutWith(FaultRule fault, ServiceCall call, Request request) {
          return switch (fault.kind()) {
            case HOLD_BACK -> forward(call, BatchFaults.heldBack(request, fault.delay()));
            case FAIL_ENTRY ->
                BatchFaults.withoutOneEntry(call, request, rest -> forward(call, rest))
                    .orElseGet(() -> forward(call, request));
            case REPEAT_RECORDS ->
                call.action().equals("GetRecords")
                    ? BatchFaults.followedByItself(request, forward(call, request))
                    : forward(call, request);
            case CLOSE_SHARDS -> {
              if (call.action().equals("GetRecords")) {
                closeShards();
              }
              yield forward(call, request);
            }
            default -> {
              if (call.action().startsWith("SendMessage")) {
                forward(call, request);
              }
              yield forward(call, request);
            }
          };
        }
      };

  /** Has every stream's open shards end here, and their children begin. */
  private void closeShards() {
    var to = upstream;
    if (to == null) {
      return;
    }
    try {
      to.send("POST", "/", new Headers().add("X-Amz-Target", CLOSE_SHARDS), new byte[0]);
    } catch (IOException away) {
      // It has no open shards then.
      return;
    }
  }

  private Response forward(ServiceCall call, Request request) {
    return supplement.carryOut(call, request, rest -> send(call, rest));
  }

  private Response send(ServiceCall call, Request request) {
    var to = upstream;
    if (to == null) {
      return ServiceErrors.unavailable(call);
    }
    try {
      Response answer =
          to.send(request.method(), request.target(), request.headers(), request.body());
      if (answer.status() == 200 && RequestInterceptor.writes(call)) {
        written.accept(call);
      }
      return answer;
    } catch (IOException failed) {
      // Whether it was carried out is unknown, and the caller learns just that.
      var answer = ServiceErrors.unavailable(call);
      return new Response(answer.status(), answer.headers(), answer.body(), Fate.CLOSE);
    }
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
