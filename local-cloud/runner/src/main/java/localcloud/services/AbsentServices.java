package localcloud.services;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers in the place of every service of AWS that does not run here, so that no call leaves the
 * machine. SDKs do not repeat a call that is answered with 501.
 */
public final class AbsentServices implements HttpHandler {
  public static final String PATH = "/_absent";

  /** The scope of a signature: key, day, region, service. */
  private static final Pattern SCOPE =
      Pattern.compile("Credential=([^/,]*)/[0-9]{8}/[^/]*/([a-z0-9-]{1,40})/aws4_request");

  private final Consumer<String> warnings;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /**
   * @param warnings gets one line for each function and service
   */
  public AbsentServices(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try (InputStream body = exchange.getRequestBody()) {
        body.transferTo(OutputStream.nullOutputStream());
      }
      Matcher scope =
          SCOPE.matcher(
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                  .orElse(""));
      boolean signed = scope.find();
      String service = signed ? scope.group(2).toUpperCase(Locale.ROOT) : "This service";
      String message = service + " does not run here";
      String caller = signed ? scope.group(1) : "A function";
      if (told.add(caller + " " + service)) {
        warnings.accept(caller + " called a service of AWS: " + message);
      }
      boolean xml = service.equals("S3") || service.equals("STS");
      String answer =
          xml
              ? "<ErrorResponse><Error><Code>NotImplemented</Code><Message>%s</Message></Error></ErrorResponse>"
              : "{\"__type\":\"NotImplemented\",\"message\":\"%s\"}";
      if (service.equals("S3")) {
        answer = "<Error><Code>NotImplemented</Code><Message>%s</Message></Error>";
      }
      byte[] bytes = answer.formatted(message).getBytes(StandardCharsets.UTF_8);
      exchange
          .getResponseHeaders()
          .set("Content-Type", xml ? "application/xml" : "application/json");
      exchange.getResponseHeaders().set("x-amzn-ErrorType", "NotImplemented");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(501, head ? -1 : bytes.length);
      if (!head) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }
}
