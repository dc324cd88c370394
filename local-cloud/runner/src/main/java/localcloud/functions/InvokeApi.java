package localcloud.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import localcloud.functions.FunctionInvoker.Answer;
import localcloud.functions.FunctionInvoker.ThrottledException;
import localcloud.wire.LocalOnly;
import org.jspecify.annotations.Nullable;

/**
 * Lambda's Invoke API over HTTP.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html">Invoke</a>
 */
final class InvokeApi implements HttpHandler {
  private static final Pattern INVOCATIONS =
      Pattern.compile("/2015-03-31/functions/([^/]+)/invocations/?");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final ObjectWriter ASCII =
      new ObjectMapper().writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);
  private static final int CLIENT_CONTEXT_LIMIT_BYTES = 3583;

  private final Functions functions;

  InvokeApi(Functions functions) {
    this.functions = functions;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!LocalOnly.allows(
          header(exchange, "Host").orElse(null), header(exchange, "Origin").orElse(null))) {
        refuse(exchange, 403, "AccessDeniedException", "only this machine may ask");
        return;
      }
      Matcher path = INVOCATIONS.matcher(exchange.getRequestURI().getRawPath());
      if (!path.matches()) {
        refuse(exchange, 404, "UnknownOperationException", "Only Invoke is served here");
        return;
      }
      if (!exchange.getRequestMethod().equals("POST")) {
        refuse(exchange, 405, "MethodNotAllowedException", "Invoke is a POST");
        return;
      }
      invoke(exchange, URLDecoder.decode(path.group(1), StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void invoke(HttpExchange exchange, String name) throws IOException, InterruptedException {
    String type = header(exchange, "X-Amz-Invocation-Type").orElse("RequestResponse");
    boolean event = type.equals("Event");
    int limit = event ? Invocation.EVENT_LIMIT_BYTES : Invocation.REQUEST_LIMIT_BYTES;
    byte[] payload;
    try (InputStream in = exchange.getRequestBody()) {
      payload = in.readNBytes(limit + 1);
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    Target.Name own = Target.Name.of(name);
    Optional<String> asked = qualifier(exchange.getRequestURI().getRawQuery());
    if (asked.isPresent() && own.qualifier().isPresent() && !asked.equals(own.qualifier())) {
      refuse(
          exchange,
          400,
          "InvalidParameterValueException",
          "The derived qualifier from the function name does not match the specified qualifier.");
      return;
    }
    Target.Name whole = own.with(asked);
    Optional<Target> target = functions.find(whole);
    if (target.isEmpty()) {
      refuse(exchange, 404, "ResourceNotFoundException", "Function not found: " + whole.arn());
      return;
    }
    if (payload.length > limit) {
      refuse(
          exchange,
          413,
          "RequestTooLargeException",
          "Request must be smaller than " + limit + " bytes for the InvokeFunction operation");
      return;
    }
    Optional<String> broken = brokenJson(payload);
    if (broken.isPresent()) {
      refuse(
          exchange,
          400,
          "InvalidRequestContentException",
          "Could not parse request body into json: " + broken.get());
      return;
    }
    Optional<String> trace = header(exchange, "X-Amzn-Trace-Id");
    byte[] json = payload.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : payload;
    switch (type) {
      case "DryRun" -> answer(exchange, 204, new byte[0]);
      case "Event" -> {
        exchange
            .getResponseHeaders()
            .set("x-amzn-RequestId", functions.invokeAsync(target.get(), json, trace));
        answer(exchange, 202, new byte[0]);
      }
      case "RequestResponse" -> synchronously(exchange, target.get(), json, trace);
      default ->
          refuse(
              exchange,
              400,
              "ValidationException",
              "1 validation error detected: Value '"
                  + type
                  + "' at 'invocationType' failed to satisfy constraint: Member must satisfy enum"
                  + " value set: [Event, RequestResponse, DryRun]");
    }
  }

  private void synchronously(
      HttpExchange exchange, Target target, byte[] payload, Optional<String> trace)
      throws IOException, InterruptedException {
    Optional<String> clientContext;
    try {
      clientContext = header(exchange, "X-Amz-Client-Context").map(InvokeApi::clientContext);
    } catch (IllegalArgumentException wrong) {
      refuse(exchange, 400, "InvalidRequestContentException", String.valueOf(wrong.getMessage()));
      return;
    }
    boolean tail = header(exchange, "X-Amz-Log-Type").orElse("None").equals("Tail");
    Answer answer;
    try {
      answer =
          functions.invokeOnce(
              target, UUID.randomUUID().toString(), payload, trace, clientContext, tail);
    } catch (ThrottledException e) {
      ObjectNode body = JSON.createObjectNode();
      body.put("Reason", "ReservedFunctionConcurrentInvocationLimitExceeded");
      body.put("Type", "User");
      body.put("message", "Rate Exceeded.");
      exchange.getResponseHeaders().set("x-amzn-ErrorType", "TooManyRequestsException");
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      answer(exchange, 429, JSON.writeValueAsBytes(body));
      return;
    }
    exchange.getResponseHeaders().set("x-amzn-RequestId", answer.requestId());
    exchange.getResponseHeaders().set("X-Amz-Executed-Version", "$LATEST");
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    answer
        .functionError()
        .ifPresent(error -> exchange.getResponseHeaders().set("X-Amz-Function-Error", error));
    if (tail) {
      exchange
          .getResponseHeaders()
          .set("X-Amz-Log-Result", Base64.getEncoder().encodeToString(answer.logTail()));
    }
    answer(exchange, 200, answer.payload());
  }

  private static Optional<String> qualifier(@Nullable String query) {
    if (query == null) {
      return Optional.empty();
    }
    return Stream.of(query.split("&", -1))
        .filter(pair -> pair.startsWith("Qualifier="))
        .map(pair -> pair.substring("Qualifier=".length()))
        .filter(value -> !value.isEmpty())
        .map(value -> URLDecoder.decode(value, StandardCharsets.UTF_8))
        .findFirst();
  }

  /**
   * Returns the client context as the Runtime API hands it on: JSON, in one line of ASCII, since a
   * header carries it.
   *
   * @throws IllegalArgumentException if it is too long, not base64 or not a JSON object
   */
  private static String clientContext(String base64) {
    if (base64.length() > CLIENT_CONTEXT_LIMIT_BYTES) {
      throw new IllegalArgumentException(
          "Client context must be at most " + CLIENT_CONTEXT_LIMIT_BYTES + " bytes.");
    }
    try {
      JsonNode json = JSON.readTree(Base64.getDecoder().decode(base64));
      if (json.isObject()) {
        return ASCII.writeValueAsString(json);
      }
    } catch (IOException | IllegalArgumentException malformed) {
      // Refused below, like everything that is not an object.
    }
    throw new IllegalArgumentException(
        "Client context must be a valid Base64-encoded JSON object.");
  }

  private static Optional<String> brokenJson(byte[] payload) {
    if (payload.length == 0) {
      return Optional.empty();
    }
    try {
      JSON.readTree(payload);
      return Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.of(e.getOriginalMessage());
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  private static void refuse(HttpExchange exchange, int status, String type, String message)
      throws IOException {
    exchange.getResponseHeaders().set("x-amzn-ErrorType", type);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    ObjectNode body = JSON.createObjectNode();
    body.put("Type", "User");
    body.put("Message", message);
    answer(exchange, status, JSON.writeValueAsBytes(body));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (exchange.getResponseHeaders().getFirst("x-amzn-RequestId") == null) {
      exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }
}
