package localcloud.services;

import java.util.function.Function;
import localcloud.wire.Request;
import localcloud.wire.Response;

/** What the service behind a front lacks of what AWS does, and the front does in its place. */
public interface ServiceExtension {
  /** Of a service that lacks nothing. */
  ServiceExtension NONE = (call, request, service) -> service.apply(request);

  /**
   * Returns the answer to a call.
   *
   * @param service carries a request out in the service itself
   */
  Response carryOut(ServiceCall call, Request request, Function<Request, Response> service);
}
