package localcloud.template;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import localcloud.model.HttpApiSpec;

/** HTTP APIs, their authorizers, and the routes that functions' events give them. */
final class HttpApiReader {
  /** The API that SAM makes for events that name none. */
  static final String IMPLICIT = "ServerlessHttpApi";

  /** The same for REST APIs, and the stage that SAM gives it. */
  static final String IMPLICIT_REST = "ServerlessRestApi";

  static final String STAGE = "Prod";

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "DELETE", "ANY");

  private final boolean rest;
  private final Inputs inputs;
  private final PropertyReader api;
  private final List<HttpApiSpec.Route> routes = new ArrayList<>();
  private final Map<String, String> taken = new LinkedHashMap<>();

  HttpApiReader(Resource resource, boolean rest, Inputs inputs) {
    this.rest = rest;
    this.inputs = inputs;
    this.api = resource.props();
  }

  /** Adds one route. */
  void add(PropertyReader event, String functionLogicalId) {
    String path = rest ? event.required("Path") : event.text("Path", "$default");
    String method =
        (rest ? event.required("Method") : event.text("Method", "ANY")).toUpperCase(Locale.ROOT);
    method = method.equals("X-AMAZON-APIGATEWAY-ANY-METHOD") ? "ANY" : method;
    if (!METHODS.contains(method)) {
      throw event.refuse("Method", "is " + method + ", which is no HTTP method; correct it");
    }
    if (!path.equals("$default") && !path.startsWith("/")) {
      throw event.refuse("Path", "is " + path + " and must begin with /");
    }
    if (rest && keyRequired(event)) {
      throw event.refuse("Auth", "asks for an API key; API keys are not supported");
    }
    String payload =
        rest ? "1.0" : event.oneOf("PayloadFormatVersion", "2.0", Set.of("1.0", "2.0"));
    HttpApiSpec.Route route =
        new HttpApiSpec.Route(
            method,
            path,
            functionLogicalId,
            authorizer(event),
            Duration.ofMillis(event.integer("TimeoutInMillis", 30_000, 50, 30_000)),
            payload);
    String shape =
        route.routeKey().replaceAll("\\{[^}+]*}", "{}").replaceAll("\\{[^}]*\\+}", "{+}");
    String other = taken.putIfAbsent(shape, event.owner());
    if (other != null) {
      throw event.refuse(
          "Path",
          "makes the route "
              + route.routeKey()
              + " a second time, after "
              + other
              + "; remove one");
    }
    routes.add(route);
  }

  HttpApiSpec spec() {
    return new HttpApiSpec(
        api.owner(),
        LocalAddresses.apiId(api.owner()),
        api.text("StageName", rest ? STAGE : "$default"),
        List.copyOf(routes),
        rest ? restCors() : cors(),
        rest);
  }

  private Optional<HttpApiSpec.JwtAuthorizer> authorizer(PropertyReader event) {
    PropertyReader auth = api.below("Auth");
    PropertyReader own = event.below("Auth");
    Optional<String> name = own.text("Authorizer").or(() -> auth.text("DefaultAuthorizer"));
    if (name.isEmpty() || name.get().equals("NONE")) {
      return Optional.empty();
    }
    PropertyReader authorizers = auth.below("Authorizers");
    if (!authorizers.has(name.get())) {
      throw new TemplateException(
          own.has("Authorizer") ? own.place("Authorizer") : auth.place("DefaultAuthorizer"),
          event.owner()
              + " asks for the authorizer "
              + name.get()
              + ", which "
              + api.path("Auth.Authorizers")
              + " does not have; define it there");
    }
    PropertyReader authorizer = authorizers.below(name.get());
    if (rest) {
      authorizer.required("UserPoolArn");
      List<String> scopes =
          (own.has("AuthorizationScopes") ? own : authorizer).texts("AuthorizationScopes");
      return Optional.of(
          new HttpApiSpec.JwtAuthorizer(
              name.get(),
              inputs.issuer(),
              List.of(inputs.audience()),
              scopes,
              "$request.header.Authorization"));
    }
    PropertyReader jwt = authorizer.below("JwtConfiguration");
    String issuer = jwt.required("issuer");
    if (issuer.isBlank()) {
      throw jwt.refuse("issuer", "is empty; give the issuer's URL");
    }
    List<String> audience = jwt.texts("audience");
    if (audience.isEmpty()) {
      throw new TemplateException(jwt.place(), jwt.path("audience") + " is missing; add it");
    }
    return Optional.of(
        new HttpApiSpec.JwtAuthorizer(
            name.get(),
            issuer,
            audience,
            own.has("AuthorizationScopes")
                ? own.texts("AuthorizationScopes")
                : authorizer.texts("AuthorizationScopes"),
            authorizer.text("IdentitySource", "$request.header.Authorization")));
  }

  private boolean keyRequired(PropertyReader event) {
    boolean ofApi = api.below("Auth").bool("ApiKeyRequired", false);
    return event.below("Auth").bool("ApiKeyRequired", ofApi);
  }

  /** A REST API's values are written with quotes inside: {@code "'*'"}. */
  private Optional<HttpApiSpec.Cors> restCors() {
    Optional<TemplateNode> configured = api.tree("Cors");
    if (configured.isEmpty()) {
      return Optional.empty();
    }
    if (configured.get() instanceof TemplateNode.Text text) {
      return Optional.of(restCors(unquoted(text.text()), List.of(), List.of(), Optional.empty()));
    }
    PropertyReader cors = api.below("Cors");
    return Optional.of(
        restCors(
            unquoted(cors.text("AllowOrigin", "'*'")),
            cors.text("AllowMethods").map(HttpApiReader::unquoted).orElse(List.of()),
            cors.text("AllowHeaders").map(HttpApiReader::unquoted).orElse(List.of()),
            cors.text("MaxAge").map(age -> seconds(cors, age))));
  }

  private static Duration seconds(PropertyReader cors, String age) {
    String number = age.replace("'", "").strip();
    if (!number.matches("[0-9]{1,8}")) {
      throw cors.refuse("MaxAge", "is " + age + " and must be a number of seconds in quotes");
    }
    return Duration.ofSeconds(Integer.parseInt(number));
  }

  private static HttpApiSpec.Cors restCors(
      List<String> origins, List<String> methods, List<String> headers, Optional<Duration> age) {
    return new HttpApiSpec.Cors(origins, methods, headers, List.of(), age, false);
  }

  private static List<String> unquoted(String text) {
    return List.of(text.replace("'", "").strip().split("\\s*,\\s*", -1));
  }

  private Optional<HttpApiSpec.Cors> cors() {
    Optional<TemplateNode> configured = api.tree("CorsConfiguration");
    if (configured.isEmpty()) {
      return Optional.empty();
    }
    if (configured.get() instanceof TemplateNode.Text) {
      return api.bool("CorsConfiguration", false)
          ? Optional.of(
              new HttpApiSpec.Cors(
                  List.of("*"), List.of(), List.of(), List.of(), Optional.empty(), false))
          : Optional.empty();
    }
    PropertyReader cors = api.below("CorsConfiguration");
    Set<String> known =
        Set.of(
            "AllowCredentials",
            "AllowHeaders",
            "AllowMethods",
            "AllowOrigins",
            "ExposeHeaders",
            "MaxAge");
    for (String name : cors.fields().fields().keySet()) {
      if (!known.contains(name)) {
        throw cors.refuse(name, "is not a property of CorsConfiguration; correct its name");
      }
    }
    boolean credentials = cors.bool("AllowCredentials", false);
    if (credentials && cors.texts("AllowOrigins").contains("*")) {
      throw cors.refuse("AllowCredentials", "is not allowed with the origin *; name the origins");
    }
    return Optional.of(
        new HttpApiSpec.Cors(
            cors.texts("AllowOrigins"),
            cors.texts("AllowMethods"),
            cors.texts("AllowHeaders"),
            cors.texts("ExposeHeaders"),
            cors.has("MaxAge")
                ? Optional.of(Duration.ofSeconds(cors.integer("MaxAge", 0, -1, 86_400)))
                : Optional.empty(),
            credentials));
  }
}
