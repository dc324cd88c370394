package localcloud.http;

import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import localcloud.functions.FunctionInvoker;
import localcloud.functions.FunctionInvoker.Answer;
import localcloud.functions.FunctionInvoker.ThrottledException;
import localcloud.http.TokenVerifier.Verdict;
import localcloud.http.TokenVerifier.Verdict.Accepted;
import localcloud.journal.Journal;
import localcloud.model.HttpApiSpec;
import localcloud.model.HttpApiSpec.JwtAuthorizer;
import localcloud.model.StaticSiteSpec;
import localcloud.wire.Headers;
import localcloud.wire.RefusedRequestException;
import localcloud.wire.Request;
import localcloud.wire.Response;
import localcloud.wire.WireHandler;
import localcloud.wire.WireServer;

/**
 * One HTTP API of the template on 127.0.0.1: finds the route, checks the token, calls the function
 * with payload format 2.0 and makes an answer of what it returns. What a function does not answer
 * for is answered here, in the gateway's own words.
 */
public final class HttpApi implements AutoCloseable {
  private static final int MAX_BODY_BYTES = 10 * 1024 * 1024;

  /** Request line and fields together, as HTTP APIs limit them. */
  private static final int MAX_HEAD_BYTES = 10_240;

  /** Lambda's own limit for a synchronous invocation. */
  private static final int MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

  private static final int JOURNALED_CHARS = 8 * 1024;
  private static final WireServer.Limits LIMITS =
      new WireServer.Limits(
          MAX_HEAD_BYTES, MAX_BODY_BYTES, Duration.ofSeconds(60), Duration.ofSeconds(30));
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final HttpApiSpec spec;
  private final Routes routes;
  private final Optional<CorsAnswers> cors;
  private final FunctionInvoker functions;
  private final TokenVerifier tokens;
  private final Journal journal;
  private final List<StaticSite> sites;
  private final WireServer server;
  private final ExecutorService invocations = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Serves at once, with no static files beside the routes.
   *
   * @param socket from {@link WireServer#bind}
   */
  public HttpApi(
      HttpApiSpec spec,
      FunctionInvoker functions,
      TokenVerifier tokens,
      Journal journal,
      ServerSocket socket) {
    this(spec, functions, tokens, journal, socket, List.of(), URI.create("http://127.0.0.1"));
  }

  /**
   * Serves at once.
   *
   * @param socket from {@link WireServer#bind}
   * @param sites static files; a path of theirs is no route's
   * @param control the runner's own address, which the pages of the sites may call
   */
  public HttpApi(
      HttpApiSpec spec,
      FunctionInvoker functions,
      TokenVerifier tokens,
      Journal journal,
      ServerSocket socket,
      List<StaticSiteSpec> sites,
      URI control) {
    this.spec = spec;
    this.routes = new Routes(spec.routes());
    this.cors = spec.cors().map(CorsAnswers::new);
    this.functions = functions;
    this.tokens = tokens;
    this.journal = journal;
    this.sites = sites.stream().map(site -> new StaticSite(site, control)).toList();
    this.server = new WireServer(socket, LIMITS);
    server.serve(
        "api",
        new WireHandler() {
          @Override
          public Response handle(Request request) throws InterruptedException {
            return answer(request);
          }

          @Override
          public Response refuse(RefusedRequestException refusal) {
            return HttpApi.refuse(refusal);
          }
        });
  }

  public int port() {
    return server.port();
  }

  private static Response refuse(RefusedRequestException refusal) {
    return switch (refusal.status()) {
      case 413 -> message(413, "Request Entity Too Large");
      case 431 -> message(431, "Request Header Fields Too Large");
      case 408 -> message(408, "Request Timeout");
      default -> message(400, "Bad Request");
    };
  }

  private Response answer(Request request) throws InterruptedException {
    for (StaticSite site : sites) {
      var file = site.answer(request);
      if (file.isPresent()) {
        return file.get();
      }
    }
    var arrival =
        new ProxyEvent.Arrival(
            spec.rest() ? UUID.randomUUID().toString() : requestId(),
            Instant.now(),
            TraceHeader.of(request.headers().first(TraceHeader.NAME)),
            server.port());
    long begun = System.nanoTime();
    var response = respond(request, arrival);
    var headers = new Headers().add("date", HTTP_DATE.format(arrival.time()));
    if (spec.rest()) {
      headers
          .add("x-amzn-requestid", arrival.requestId())
          .add("x-amz-apigw-id", requestId())
          .add("x-amzn-trace-id", arrival.traceHeader());
    } else {
      headers.add("apigw-requestid", arrival.requestId());
    }
    response.headers().each(headers::add);
    // The functions of a REST API send their own.
    cors.filter(rules -> !spec.rest() && !CorsAnswers.isPreflight(request))
        .ifPresent(rules -> rules.addTo(request, headers));
    write(request, response, arrival, System.nanoTime() - begun);
    return new Response(response.status(), headers, response.body(), response.fate());
  }

  private Response respond(Request request, ProxyEvent.Arrival arrival)
      throws InterruptedException {
    if (cors.isPresent() && CorsAnswers.isPreflight(request)) {
      return cors.get().preflight(request);
    }
    var path = pathInStage(request.path());
    var match = path.flatMap(inStage -> routes.find(request.method(), inStage));
    if (match.isEmpty()) {
      return spec.rest() ? noRoute() : message(404, "Not Found");
    }
    var authorizer = match.get().route().authorizer();
    Optional<Accepted> authorized = Optional.empty();
    if (authorizer.isPresent()) {
      switch (verdict(request, authorizer.get())) {
        case Verdict.Unauthorized(String reason) -> {
          return spec.rest() ? restUnauthorized() : unauthorized(reason);
        }
        case Verdict.Forbidden(var wanted) -> {
          return spec.rest() ? restUnauthorized() : forbidden(String.join(" ", wanted));
        }
        case Accepted accepted -> authorized = Optional.of(accepted);
      }
    }
    byte[] event =
        match.get().route().payload().equals("1.0")
            ? ProxyEventV1.write(spec, request, match.get(), authorized, arrival)
            : ProxyEvent.write(spec, request, match.get(), authorized, arrival);
    if (event.length > MAX_PAYLOAD_BYTES) {
      return message(413, "Request Entity Too Large");
    }
    return invoke(match.get(), event, arrival);
  }

  /** Every stage but the default one is the path's first segment. */
  private Optional<String> pathInStage(String path) {
    if (!path.startsWith("/")) {
      return Optional.empty();
    }
    if (spec.stage().equals("$default")) {
      return Optional.of(path);
    }
    String prefix = "/" + spec.stage();
    if (path.equals(prefix)) {
      return Optional.of("/");
    }
    return path.startsWith(prefix + "/")
        ? Optional.of(path.substring(prefix.length()))
        : Optional.empty();
  }

  private Verdict verdict(Request request, JwtAuthorizer authorizer) {
    String source = authorizer.identitySource();
    String token;
    if (source.startsWith("$request.querystring.")) {
      String name = source.substring("$request.querystring.".length());
      token = Queries.first(request.query(), name).orElse("");
    } else {
      String name = source.substring(source.lastIndexOf('.') + 1);
      List<String> sent =
          request.headers().all(name.isEmpty() ? "Authorization" : name).stream()
              .distinct()
              .toList();
      if (sent.size() > 1) {
        return new Verdict.Unauthorized("the token was sent twice with different values");
      }
      token = sent.isEmpty() ? "" : sent.getFirst();
    }
    if (token.regionMatches(true, 0, "Bearer ", 0, 7)) {
      token = token.substring(7).strip();
    }
    return token.isEmpty() ? new Verdict.Unauthorized("") : tokens.verify(token, authorizer);
  }

  private Response invoke(Routes.Match match, byte[] event, ProxyEvent.Arrival arrival)
      throws InterruptedException {
    var route = match.route();
    var running =
        invocations.submit(
            () ->
                functions.invoke(
                    route.functionLogicalId(), event, Optional.of(arrival.traceHeader())));
    Answer answer;
    try {
      answer = running.get(route.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      // The function goes on; only nobody waits for it any longer.
      return spec.rest() ? late() : message(503, "Service Unavailable");
    } catch (ExecutionException failed) {
      return spec.rest()
          ? badGateway()
          : failed.getCause() instanceof ThrottledException
              ? message(503, "Service Unavailable")
              : message(500, "Internal Server Error");
    }
    if (spec.rest()) {
      return answer.failed()
          ? badGateway()
          : ProxyAnswer.readV1(answer.payload()).orElseGet(HttpApi::badGateway);
    }
    if (answer.failed()) {
      return message(500, "Internal Server Error");
    }
    return ProxyAnswer.read(answer.payload(), cors.isPresent())
        .orElseGet(() -> message(500, "Internal Server Error"));
  }

  /** What a REST API says of a path that it does not have. */
  private static Response noRoute() {
    return restError(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
  }

  private static Response restUnauthorized() {
    return restError(401, "UnauthorizedException", "Unauthorized");
  }

  private static Response badGateway() {
    return restError(502, "InternalServerErrorException", "Internal server error");
  }

  private static Response late() {
    return restError(504, "InternalServerErrorException", "Endpoint request timed out");
  }

  private static Response restError(int status, String type, String text) {
    var response = message(status, text);
    response.headers().add("x-amzn-errortype", type);
    return response;
  }

  private static Response unauthorized(String reason) {
    String challenge =
        reason.isEmpty()
            ? "Bearer"
            : "Bearer scope=\"\" error=\"invalid_token\" error_description=\"" + reason + "\"";
    var response = message(401, "Unauthorized");
    response.headers().add("www-authenticate", challenge);
    return response;
  }

  private static Response forbidden(String wanted) {
    var response = message(403, "Forbidden");
    response
        .headers()
        .add(
            "www-authenticate",
            "Bearer scope=\""
                + wanted
                + "\" error=\"insufficient_scope\" error_description=\"the token has none of the"
                + " required scopes\"");
    return response;
  }

  private static Response message(int status, String text) {
    return Response.of(status, "application/json", "{\"message\":\"" + text + "\"}");
  }

  private void write(Request request, Response response, ProxyEvent.Arrival arrival, long nanos) {
    String summary =
        "%s %s -> %d in %d ms"
            .formatted(request.method(), request.path(), response.status(), nanos / 1_000_000);
    journal.add(
        new Journal.Entry(
            arrival.time(),
            "http",
            spec.logicalId(),
            summary,
            arrival.requestId() + ' ' + start(request.body()) + '\n' + start(response.body())));
  }

  private static String start(byte[] body) {
    return new String(body, 0, Math.min(body.length, JOURNALED_CHARS), StandardCharsets.UTF_8);
  }

  /** An id in the form of the gateway's own: 16 characters, the last a padding. */
  private static String requestId() {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    var id = new StringBuilder(16);
    for (int i = 0; i < 15; i++) {
      id.append(alphabet.charAt(ThreadLocalRandom.current().nextInt(alphabet.length())));
    }
    return id.append('=').toString();
  }

  @Override
  public void close() {
    server.close();
    invocations.shutdownNow();
  }
}
