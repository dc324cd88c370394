package orders.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import orders.api.Responses.Answer;
import orders.api.application.ChangeOrders;
import orders.api.application.ChangeOrders.Change;
import orders.api.application.ListPosition;
import orders.api.application.OrderView;
import orders.api.application.PlaceOrders;
import orders.api.application.ReadOrders;
import orders.api.application.UnavailableException;
import orders.api.application.VersionCondition;
import orders.api.form.JsonBody;
import orders.api.form.ListQueryParser;
import orders.api.form.Operation;
import orders.api.form.OperationParser;
import orders.api.form.Parsed;
import orders.api.form.PlaceOrderParser;
import orders.api.form.RequestHeaders;
import orders.api.form.TransitionParser;
import orders.api.http.Caller;
import orders.api.http.HttpRequest;
import orders.api.http.HttpResponse;
import orders.api.http.Problem;
import orders.api.http.Scope;
import orders.api.http.Violation.Pointer;
import orders.api.json.JsonText;
import orders.api.json.JsonValue;
import orders.api.json.JsonValue.JsonObject;
import orders.domain.CommandHeader;
import orders.domain.CommandId;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderId;

/** The routes: from a request to the use case that answers it. */
final class OrderApi {
  private static final Set<String> CHANGE_TYPES =
      new LinkedHashSet<>(List.of(JsonBody.MERGE_PATCH, JsonBody.JSON));

  private final PlaceOrders placing;
  private final ReadOrders reading;
  private final ChangeOrders changing;
  private final OperationParser operations;
  private final InstantSource clock;
  private final Supplier<String> newKey;
  private final String description;
  private final ApiInstrumentation observer;

  /**
   * Makes the routes.
   *
   * @param newKey makes an idempotency key for a request that brings none
   * @param description this API's OpenAPI document, as JSON
   */
  OrderApi(
      PlaceOrders placing,
      ReadOrders reading,
      ChangeOrders changing,
      OperationParser operations,
      InstantSource clock,
      Supplier<String> newKey,
      String description,
      ApiInstrumentation observer) {
    this.placing = placing;
    this.reading = reading;
    this.changing = changing;
    this.operations = operations;
    this.clock = clock;
    this.newKey = newKey;
    this.description = description;
    this.observer = observer;
  }

  /**
   * Responses a request, whatever happens.
   *
   * @param remaining how long the answer may take
   */
  HttpResponse handle(HttpRequest request, Duration remaining) {
    Answer answer;
    try {
      answer = route(request, remaining);
    } catch (UnavailableException unavailable) {
      observer.unavailable(unavailable);
      answer = Responses.bad(Responses.unavailable());
    } catch (RuntimeException unexpected) {
      observer.failed(unexpected);
      answer = Responses.bad(Responses.internalError());
    }
    HttpResponse response =
        switch (answer) {
          case Answer.Good(HttpResponse good) -> good;
          case Answer.Bad(Problem problem) -> {
            observer.refused(problem);
            yield problem.toResponse(request);
          }
        };
    return response
        .withDefault("cache-control", "no-store")
        .with("x-content-type-options", "nosniff")
        .with("x-correlation-id", request.correlationId().value());
  }

  /**
   * Asks the tables for an order that cannot be, so that a snapshot holds what it takes to reach
   * them.
   */
  void prime() {
    try {
      reading.find(new OrderId(new UUID(0, 0)), owner -> false);
    } catch (UnavailableException unprimed) {
      observer.notPrimed(unprimed);
    }
  }

  private Answer route(HttpRequest request, Duration remaining) {
    Optional<String> routed = request.routePath();
    // A path may hold a slash that was sent encoded: only the gateway knows, and has found the
    // route. Where it has found none, the path tells a wrong method from nothing at all.
    Optional<Resource> found =
        routed.isPresent()
            ? Resource.of(routed.get(), request.pathParameter("orderId"))
            : Resource.at(request.path());
    boolean isOpen =
        routed.isPresent()
            && found.isPresent()
            && (found.get() instanceof Resource.Health
                || found.get() instanceof Resource.Description);
    if (request.caller().isEmpty() && !isOpen) {
      return Responses.good(HttpResponse.json(401, "{\"message\":\"Unauthorized\"}"));
    }
    if (found.isEmpty()) {
      return Responses.bad(Problem.notFound());
    }
    Resource resource = found.get();
    if (!resource.methods().contains(request.method())) {
      return Responses.bad(Problem.methodNotAllowed(resource.methods()));
    }
    if (routed.isEmpty()) {
      return Responses.bad(Problem.notFound());
    }
    if (isOpen) {
      return Responses.good(
          resource instanceof Resource.Health
              ? HttpResponse.json(200, "{\"status\":\"ok\"}")
              : HttpResponse.json(200, description).with("cache-control", "public, max-age=300"));
    }
    Call call = new Call(request, request.caller().orElseThrow(), remaining);
    return call.may(resource) ? call.answer(resource) : forbidden();
  }

  /** The gateway's own words: it has checked the scopes of the route before. */
  private static Answer forbidden() {
    return Responses.good(HttpResponse.json(403, "{\"message\":\"Forbidden\"}"));
  }

  /**
   * An idempotency key.
   *
   * @param isNew whether it was made for this very request, so that nobody can have used it
   */
  private record Key(String text, boolean isNew) {}

  /** One request by one caller. */
  private final class Call {
    private final HttpRequest request;
    private final Caller caller;
    private final Duration lease;

    Call(HttpRequest request, Caller caller, Duration lease) {
      this.request = request;
      this.caller = caller;
      this.lease = lease;
    }

    boolean may(Resource resource) {
      return caller.may(
          switch (resource) {
            case Resource.Move(OrderId id, Resource.Move.Kind kind)
                when kind != Resource.Move.Kind.CANCEL ->
                Scope.ADMIN;
            default -> request.method().equals("GET") ? Scope.READ : Scope.WRITE;
          });
    }

    Answer answer(Resource resource) {
      Optional<Problem> contradiction =
          request.method().equals("GET") ? RequestHeaders.contradiction(request) : Optional.empty();
      if (contradiction.isPresent()) {
        return switch (resource) {
          case Resource.OneOrder(OrderId id) -> ifVisible(id, contradiction.get());
          case Resource.History(OrderId id) -> ifVisible(id, contradiction.get());
          default -> Responses.bad(contradiction.get());
        };
      }
      return switch (resource) {
        case Resource.Orders() -> request.method().equals("GET") ? list() : place();
        case Resource.OneOrder(OrderId id) -> request.method().equals("GET") ? read(id) : amend(id);
        case Resource.History(OrderId id) -> history(id);
        case Resource.Move(OrderId id, Resource.Move.Kind kind) -> move(id, kind);
        case Resource.Operations() -> operate();
        case Resource.Health() -> throw new IllegalStateException("answered without a caller");
        case Resource.Description() -> throw new IllegalStateException("answered without a caller");
      };
    }

    private Answer place() {
      return switch (RequestHeaders.read(request)) {
        case Parsed.Invalid<RequestHeaders>(Problem problem) -> Responses.bad(problem);
        case Parsed.Valid<RequestHeaders>(RequestHeaders headers) ->
            switch (JsonBody.required(request, Set.of(JsonBody.JSON))) {
              case Parsed.Invalid<JsonObject>(Problem problem) -> Responses.bad(problem);
              case Parsed.Valid<JsonObject>(JsonObject body) ->
                  switch (PlaceOrderParser.read(body, caller)) {
                    case Parsed.Invalid<PlaceOrderParser>(Problem problem) ->
                        Responses.bad(problem);
                    case Parsed.Valid<PlaceOrderParser>(PlaceOrderParser form) ->
                        place(form, key(headers.idempotencyKey()));
                  };
            };
      };
    }

    /** The key that a request came with, or one made for it. */
    private Key key(Optional<String> sent) {
      return sent.map(text -> new Key(text, false)).orElseGet(() -> new Key(newKey.get(), true));
    }

    private Answer place(PlaceOrderParser form, Key key) {
      OrderId id = OrderId.derive(caller.id(), route(), key.text());
      PlaceOrder command =
          new PlaceOrder(
              new CommandHeader(
                  new CommandId(id.value()),
                  id,
                  caller.id(),
                  request.correlationId(),
                  now(),
                  RequestFingerprint.of(form),
                  OptionalLong.empty()),
              form.customer(),
              form.contents());
      PlaceOrders.Outcome outcome =
          key.isNew() ? placing.placeUnderNewKey(command) : placing.place(command, lease);
      if (outcome instanceof PlaceOrders.Outcome.Accepted(var answer, boolean replayed)) {
        observer.accepted(command, replayed);
      }
      return Responses.of(outcome, key.text());
    }

    private Answer read(OrderId id) {
      Optional<OrderView> order = visible(id);
      if (order.isEmpty()) {
        return Responses.bad(Problem.notFound());
      }
      long version = order.get().version();
      return Responses.good(
          RequestHeaders.ifNoneMatchHas(request, version)
              ? Responses.notModified(version)
              : Responses.order(order.get()));
    }

    private Answer history(OrderId id) {
      return visible(id)
          .map(order -> Responses.good(Responses.history(order)))
          .orElseGet(() -> Responses.bad(Problem.notFound()));
    }

    private Optional<OrderView> visible(OrderId id) {
      return reading.find(id, caller::sees);
    }

    private Answer list() {
      return switch (ListQueryParser.read(request.rawQuery(), caller)) {
        case Parsed.Invalid<ListQueryParser>(Problem problem) -> Responses.bad(problem);
        case Parsed.Valid<ListQueryParser>(ListQueryParser form) -> list(form, true);
      };
    }

    private Answer list(ListQueryParser form, boolean linked) {
      Instant asOf = now();
      ReadOrders.Page page = reading.list(form.query(), form.after());
      PageBody body = PageBody.of(page.orders());
      Optional<String> next =
          page.isLast() && body.orders() == page.orders().size()
              ? Optional.empty()
              : Optional.of(
                  form.cursor(ListPosition.of(page.orders().get(body.orders() - 1)), caller));
      HttpResponse response = HttpResponse.json(200, body.end(next, asOf));
      return Responses.good(
          linked && next.isPresent()
              ? response.with("link", "<" + form.link(next.get()) + ">; rel=\"next\"")
              : response);
    }

    private Answer amend(OrderId id) {
      Parsed<JsonObject> body = JsonBody.required(request, CHANGE_TYPES);
      return change(id, body, TransitionParser::amend, true);
    }

    private Answer move(OrderId id, Resource.Move.Kind kind) {
      return change(
          id,
          JsonBody.optional(request),
          body ->
              switch (kind) {
                case CANCEL -> TransitionParser.cancel(body);
                case CONFIRM -> TransitionParser.empty(body, new Change.Confirm());
                case SHIP -> TransitionParser.ship(body);
                case DELIVER -> TransitionParser.empty(body, new Change.Deliver());
              },
          false);
    }

    /** The form of a change comes after the question whether there is an order for this caller. */
    private Answer change(
        OrderId id,
        Parsed<JsonObject> body,
        Function<JsonObject, Parsed<Change>> form,
        boolean versionRequired) {
      Parsed<RequestHeaders> headers = RequestHeaders.read(request);
      if (headers instanceof Parsed.Invalid<RequestHeaders>(Problem problem)) {
        return ifVisible(id, problem);
      }
      if (body instanceof Parsed.Invalid<JsonObject>(Problem problem)) {
        return ifVisible(id, problem);
      }
      RequestHeaders sent = valueOf(headers);
      JsonObject json = valueOf(body);
      return switch (form.apply(json)) {
        case Parsed.Invalid<Change>(Problem problem) -> ifVisible(id, problem);
        case Parsed.Valid<Change>(Change change) ->
            versionRequired && sent.ifMatch().isEmpty()
                ? ifVisible(id, Responses.versionRequired())
                : changeUnderItsOwnKey(id, change, sent);
      };
    }

    private Answer changeUnderItsOwnKey(OrderId id, Change change, RequestHeaders headers) {
      Key key = key(headers.idempotencyKey());
      ChangeOrders.Outcome outcome =
          change(
              CommandId.derive(caller.id(), route(), key.text()),
              key.isNew(),
              Optional.empty(),
              id,
              change,
              headers.ifMatch());
      return Responses.of(outcome, key.text(), Pointer.ROOT);
    }

    private ChangeOrders.Outcome change(
        CommandId commandId,
        boolean keyIsNew,
        Optional<OrderId> placedByKey,
        OrderId id,
        Change change,
        Optional<VersionCondition> condition) {
      ChangeOrders.Outcome outcome =
          changing.change(
              new ChangeOrders.Request(
                  commandId,
                  keyIsNew,
                  placedByKey,
                  id,
                  caller.id(),
                  caller::sees,
                  request.correlationId(),
                  RequestFingerprint.of(id, change, condition),
                  condition.orElseGet(VersionCondition.Any::new),
                  change,
                  lease));
      if (outcome instanceof ChangeOrders.Outcome.Accepted(var answer, boolean replayed)) {
        observer.accepted(commandId, change, answer, replayed);
      }
      return outcome;
    }

    private Answer ifVisible(OrderId id, Problem problem) {
      return Responses.bad(visible(id).isPresent() ? problem : Problem.notFound());
    }

    private Answer operate() {
      Parsed<RequestHeaders> headers = RequestHeaders.read(request);
      if (headers instanceof Parsed.Invalid<RequestHeaders>(Problem problem)) {
        return Responses.bad(problem);
      }
      Parsed<JsonObject> body = JsonBody.required(request, Set.of(JsonBody.JSON));
      if (body instanceof Parsed.Invalid<JsonObject>(Problem problem)) {
        return Responses.bad(problem);
      }
      JsonObject json = valueOf(body);
      return switch (operations.read(json, caller)) {
        case Parsed.Invalid<Operation>(Problem problem) -> Responses.bad(problem);
        case Parsed.Valid<Operation>(Operation operation) ->
            mayOperate(operation) ? operate(operation, valueOf(headers)) : forbidden();
      };
    }

    private boolean mayOperate(Operation operation) {
      return switch (operation) {
        case Operation.Read read -> caller.may(Scope.READ);
        case Operation.Page page -> caller.may(Scope.READ);
        case Operation.Create create -> true;
        case Operation.Update update -> true;
        case Operation.Delete delete -> true;
        case Operation.Echo echo -> true;
        case Operation.Ping ping -> true;
      };
    }

    private Answer operate(Operation operation, RequestHeaders headers) {
      return switch (operation) {
        case Operation.Create(PlaceOrderParser form, Optional<String> ownKey) -> {
          if (ownKey.isPresent() && headers.idempotencyKey().isPresent()) {
            yield Responses.bad(RequestHeaders.keyTwice());
          }
          yield place(form, key(ownKey.or(headers::idempotencyKey)));
        }
        case Operation.Read(String id) ->
            find(id)
                .map(found -> Responses.good(Responses.order(found.view())))
                .orElseGet(() -> Responses.bad(Problem.notFound()));
        case Operation.Update(String id, var changes, Optional<Long> version) -> {
          Optional<VersionCondition> stated = version.map(VersionCondition::version);
          if (stated.isPresent()
              && headers.ifMatch().filter(it -> !it.allows(version.get())).isPresent()) {
            yield ifVisible(orderId(id), RequestHeaders.versionContradicted());
          }
          yield change(
              orderId(id),
              new Change.Amend(changes::in),
              stated.or(headers::ifMatch),
              headers.idempotencyKey());
        }
        case Operation.Delete(String id) ->
            change(
                orderId(id), new Change.Cancel(null), headers.ifMatch(), headers.idempotencyKey());
        case Operation.Page(ListQueryParser form) -> list(form, false);
        case Operation.Echo(JsonValue payload) ->
            Responses.good(HttpResponse.json(200, JsonText.of(payload)));
        case Operation.Ping() -> Responses.good(HttpResponse.json(200, "\"pong\""));
      };
    }

    /**
     * A key of this route may have placed an order: a change under it has the id of that placing,
     * so that the key is found to be used.
     */
    private Answer change(
        OrderId id, Change change, Optional<VersionCondition> condition, Optional<String> sentKey) {
      Key key = key(sentKey);
      OrderId placedByKey = OrderId.derive(caller.id(), route(), key.text());
      ChangeOrders.Outcome outcome =
          change(
              CommandId.ofPlacing(placedByKey),
              key.isNew(),
              key.isNew() ? Optional.empty() : Optional.of(placedByKey),
              id,
              change,
              condition);
      return Responses.of(outcome, key.text(), OperationParser.CHANGES);
    }

    private record Found(OrderId id, OrderView view) {}

    private Optional<Found> find(String id) {
      for (OrderId candidate : candidates(id)) {
        Optional<OrderView> view = visible(candidate);
        if (view.isPresent()) {
          return Optional.of(new Found(candidate, view.get()));
        }
      }
      return Optional.empty();
    }

    /** Returns the order that is meant; for an id that could be either, the one that is there. */
    private OrderId orderId(String id) {
      List<OrderId> candidates = candidates(id);
      return candidates.size() == 1
          ? candidates.getFirst()
          : find(id).map(Found::id).orElse(candidates.getFirst());
    }

    /** An order id, or what the caller called the order when creating it here. */
    private List<OrderId> candidates(String id) {
      OrderId named = OrderId.derive(caller.id(), route(), id);
      try {
        return List.of(OrderId.of(id), named);
      } catch (IllegalArgumentException noOrderId) {
        return List.of(named);
      }
    }

    /** The route and the order it was sent to: where a key belongs. */
    private String route() {
      return request.routeKey().replace("{orderId}", request.pathParameter("orderId"));
    }

    private Instant now() {
      return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private <T> T valueOf(Parsed<T> parsed) {
      return switch (parsed) {
        case Parsed.Valid<T>(T value) -> value;
        case Parsed.Invalid<T> invalid -> throw new IllegalStateException("answered before");
      };
    }
  }
}
