package localcloud.services;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import localcloud.journal.Journal;
import localcloud.wire.LocalOnly;
import localcloud.wire.Request;
import localcloud.wire.Response;

/**
 * What every call to a service passes on its way: it is checked against the caller's policies,
 * written down if it writes, disturbed if a fault is asked for, and counted. Safe for use by many
 * threads.
 */
public final class RequestInterceptor {
  private static final int JOURNALED_CHARS = 16 * 1024;
  private static final Set<String> WRITES =
      Set.of(
          "SendMessage",
          "SendMessageBatch",
          "Publish",
          "PublishBatch",
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

  /** Returns whether a call writes, if it is carried out. */
  static boolean writes(ServiceCall call) {
    return WRITES.contains(call.action());
  }

  public RequestInterceptor(Service service, Hooks hooks) {
    this.service = service;
    this.hooks = hooks;
  }

  /** The service behind the gate. */
  public interface Carrier {
    Response carryOut(ServiceCall call, Request request);

    /**
     * Carries out with a fault inside: a duplicate, a message held back, a batch with a failure.
     */
    Response carryOutWith(FaultRule fault, ServiceCall call, Request request);
  }

  /** Returns the service's answer, or what stands in its place. */
  public Response pass(Request request, Carrier carrier) throws InterruptedException {
    long begun = System.nanoTime();
    var headers = request.headers();
    if (!LocalOnly.allows(
        headers.first("Host").orElse(null), headers.first("Origin").orElse(null))) {
      return ServiceErrors.notFromHere(service);
    }
    var call = CallReader.read(service, request);
    var refused = hooks.access().refused(call);
    Response response;
    if (refused.isPresent()) {
      response = ServiceErrors.accessDenied(call, refused.get());
    } else {
      journal(call, request);
      var fault = hooks.faults().any() ? hooks.faults().next(call) : Optional.<FaultRule>empty();
      response =
          fault.isEmpty()
              ? carrier.carryOut(call, request)
              : disturb(fault.get(), call, request, carrier);
    }
    boolean error = response.status() >= 400 || response.status() == 0;
    double capacity = call.asksCapacity() && !error ? Capacity.in(response.body()) : 0;
    hooks.counts().add(call, error, capacity, System.nanoTime() - begun);
    return response;
  }

  /** Returns whether a new connection is taken, or reset as if nothing listened. */
  public boolean acceptsConnections() {
    return !hooks.faults().refusesConnections(service);
  }

  private static Response disturb(
      FaultRule fault, ServiceCall call, Request request, Carrier carrier)
      throws InterruptedException {
    return switch (fault.kind()) {
      case THROTTLE -> ServiceErrors.throttled(call);
      case ERROR -> ServiceErrors.internal(call);
      case EXPIRE_ITERATOR -> ServiceErrors.expiredIterator(call);
      case CUT_BEFORE -> Response.CUT;
      case REFUSE -> Response.RESET;
      case DELAY -> {
        Thread.sleep(fault.delay());
        yield carrier.carryOut(call, request);
      }
      case CUT_AFTER -> {
        carrier.carryOut(call, request);
        yield Response.CUT;
      }
      case ANSWER_LATE -> {
        Response answer = carrier.carryOut(call, request);
        Thread.sleep(fault.delay());
        yield answer;
      }
      case DUPLICATE, HOLD_BACK, FAIL_ENTRY, REPEAT_RECORDS, CLOSE_SHARDS ->
          carrier.carryOutWith(fault, call, request);
    };
  }

  private void journal(ServiceCall call, Request request) {
    if (!writes(call)) {
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
                service == Service.SNS ? CallReader.readable(text) : text));
  }
}
