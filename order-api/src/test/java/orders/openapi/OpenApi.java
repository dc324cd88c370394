package orders.openapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * An OpenAPI 3.1 document, and what of an exchange it does not say. Whatever is asked for a path or
 * method that the document does not have is judged by its {@code x-unrouted} answers. Safe for use
 * by many threads.
 */
public final class OpenApi {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNumberLength(Integer.MAX_VALUE).build())
              .build());
  private static final String AT = "https://openapi.invalid/openapi.json";

  /** HTTP's and the gateway's own, which no API describes. */
  private static final Set<String> TRANSPORT =
      Set.of("apigw-requestid", "connection", "content-length", "content-type", "date");

  private final JsonNode root;
  private final JsonSchemaFactory factory;
  private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();
  private final Map<Pattern, String> paths = new LinkedHashMap<>();

  private OpenApi(String json) {
    root = parse(json);
    List<NonValidationKeyword> other = new ArrayList<>();
    root.fieldNames().forEachRemaining(name -> other.add(new NonValidationKeyword(name)));
    other.add(new NonValidationKeyword("x-rules"));
    factory =
        JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder ->
                builder
                    .metaSchema(
                        JsonMetaSchema.builder(JsonMetaSchema.getV202012()).keywords(other).build())
                    .schemaLoaders(loaders -> loaders.schemas(Map.of(AT, json))));
    root.path("paths")
        .fieldNames()
        .forEachRemaining(
            path ->
                paths.put(
                    Pattern.compile(
                        "\\Q" + path.replaceAll("\\{[^}]+}", "\\\\E[^/]+\\\\Q") + "\\E"),
                    path));
  }

  /**
   * Reads a document.
   *
   * @param json the document as JSON
   */
  public static OpenApi of(String json) {
    return new OpenApi(json);
  }

  /**
   * Reads JSON with numbers of any length.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  /** Returns the document. */
  public JsonNode root() {
    return root;
  }

  /** Returns every operation, by method and path, such as {@code GET /orders/{orderId}}. */
  public Map<String, JsonNode> operations() {
    Map<String, JsonNode> operations = new TreeMap<>();
    root.path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (!method.getKey().equals("parameters")) {
                            operations.put(
                                method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                method.getValue());
                          }
                        }));
    return operations;
  }

  /** Returns what is wrong with a value, by the schema at a JSON pointer such as {@code #/a/b}. */
  public List<String> errors(String pointer, JsonNode value) {
    List<String> errors = new ArrayList<>();
    schemas
        .computeIfAbsent(
            pointer,
            at ->
                factory.getSchema(
                    SchemaLocation.of(AT + at), SchemaValidatorsConfig.builder().build()))
        .validate(value)
        .forEach(message -> errors.add(message.getMessage()));
    return errors;
  }

  /**
   * Returns what the document does not say of an exchange. Of the answer that is everything; of the
   * request only if it was carried out, since a wrong one is rightly refused.
   */
  public List<String> undocumented(Exchange exchange) {
    List<String> errors = new ArrayList<>(undocumentedAnswer(exchange));
    if (exchange.status() < 400) {
      errors.addAll(undocumentedRequest(exchange));
    }
    return errors;
  }

  /** Returns what the document does not say of an answer. */
  public List<String> undocumentedAnswer(Exchange exchange) {
    Optional<String> operation = operation(exchange);
    String place =
        operation.map(at -> at + "/responses/").orElse("/x-unrouted/") + exchange.status();
    JsonNode said = root.at(place);
    if (said.isMissingNode()) {
      return List.of(
          exchange.status()
              + " is not among the answers of "
              + exchange.method()
              + " "
              + exchange.path());
    }
    while (said.has("$ref")) {
      place = said.get("$ref").textValue().substring(1);
      said = root.at(place);
    }
    List<String> errors = new ArrayList<>();
    Map<String, String> headers = new TreeMap<>();
    for (String name : names(said.path("headers"))) {
      headers.put(name.toLowerCase(Locale.ROOT), name);
    }
    for (Map.Entry<String, String> header : exchange.headers().entrySet()) {
      String name = headers.get(header.getKey());
      if (name != null) {
        errors.addAll(
            value(place + "/headers/" + escaped(name), "header " + name, header.getValue()));
      } else if (!TRANSPORT.contains(header.getKey())) {
        errors.add("header " + header.getKey() + " is not said of " + place);
      }
    }
    errors.addAll(
        body(
            place + "/content",
            exchange.headers().getOrDefault("content-type", ""),
            exchange.body()));
    return errors;
  }

  private List<String> undocumentedRequest(Exchange exchange) {
    Optional<String> operation = operation(exchange);
    if (operation.isEmpty()) {
      return List.of(exchange.method() + " " + exchange.path() + " is not said to be there");
    }
    List<String> errors = new ArrayList<>();
    Map<String, String> query = query(exchange.query());
    String item = operation.get().substring(0, operation.get().lastIndexOf('/'));
    List<String> parameters = new ArrayList<>();
    for (String list : List.of(item + "/parameters", operation.get() + "/parameters")) {
      for (int i = 0; i < root.at(list).size(); i++) {
        JsonNode parameter = root.at(list).get(i);
        parameters.add(
            parameter.has("$ref")
                ? parameter.get("$ref").textValue().substring(1)
                : list + "/" + i);
      }
    }
    Set<String> known = new HashSet<>();
    for (String at : parameters) {
      JsonNode parameter = root.at(at);
      String name = parameter.get("name").textValue();
      String sent =
          switch (parameter.get("in").textValue()) {
            case "query" -> {
              known.add(name);
              yield query.get(name);
            }
            case "header" -> exchange.requestHeaders().get(name.toLowerCase(Locale.ROOT));
            default -> segment(exchange.path(), item, name);
          };
      if (sent != null) {
        errors.addAll(value(at, "parameter " + name, sent));
      } else if (parameter.path("required").asBoolean()) {
        errors.add("parameter " + name + " is missing");
      }
    }
    for (String name : query.keySet()) {
      if (!known.contains(name)) {
        errors.add("parameter " + name + " is not said of " + operation.get());
      }
    }
    JsonNode said = root.at(operation.get() + "/requestBody");
    if (!exchange.requestBody().isEmpty() || said.path("required").asBoolean()) {
      errors.addAll(
          body(
              operation.get() + "/requestBody/content",
              exchange.requestHeaders().getOrDefault("content-type", ""),
              exchange.requestBody()));
    }
    return errors;
  }

  /** Returns where the operation of a request stands; empty if there is none. */
  private Optional<String> operation(Exchange exchange) {
    for (Map.Entry<Pattern, String> path : paths.entrySet()) {
      if (path.getKey().matcher(exchange.path()).matches()) {
        String at =
            "/paths/" + escaped(path.getValue()) + "/" + exchange.method().toLowerCase(Locale.ROOT);
        // Methods are written in capitals: another spelling is another method.
        return exchange.method().equals(exchange.method().toUpperCase(Locale.ROOT))
                && !root.at(at).isMissingNode()
            ? Optional.of(at)
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static String segment(String path, String item, String name) {
    String[] wanted =
        item.substring("/paths/".length()).replace("~1", "/").replace("~0", "~").split("/", -1);
    String[] sent = path.split("/", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("{" + name + "}")) {
        return sent[i];
      }
    }
    throw new IllegalArgumentException(name + " is not in " + item);
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new TreeMap<>();
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        query.put(
            decoded(equals < 0 ? pair : pair.substring(0, equals)),
            equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      }
    }
    return query;
  }

  private List<String> body(String content, String type, String body) {
    JsonNode said = root.at(content);
    if (body.isEmpty()) {
      return said.isMissingNode() ? List.of() : List.of("there is no body, unlike " + content);
    }
    String media = type.split(";", -1)[0].strip().toLowerCase(Locale.ROOT);
    if (!said.has(media)) {
      return List.of("a body of type '" + media + "' is not said of " + content);
    }
    JsonNode value;
    try {
      value = parse(body);
    } catch (IllegalArgumentException malformed) {
      return List.of("the body is no JSON");
    }
    return errors("#" + content + "/" + escaped(media) + "/schema", value);
  }

  /** Texts of the wire are judged as what their schema wants: a number in a query is a number. */
  private List<String> value(String at, String what, String text) {
    String place = at;
    JsonNode said = root.at(at);
    while (said.has("$ref")) {
      place = said.get("$ref").textValue().substring(1);
      said = root.at(place);
    }
    JsonNode value = TextNode.valueOf(text);
    if (said.path("schema").path("type").asText().equals("integer")) {
      try {
        value = parse(text);
      } catch (IllegalArgumentException noNumber) {
        value = MissingNode.getInstance();
      }
    }
    List<String> errors = new ArrayList<>();
    errors("#" + place + "/schema", value).forEach(error -> errors.add(what + ": " + error));
    return errors;
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
