package orders.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import orders.api.http.HttpResponse;

/** openapi.yaml as the build has written it as JSON, and what can be checked against it. */
final class OpenApiDocument {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNumberLength(Integer.MAX_VALUE).build())
              .build());
  private static final JsonNode ROOT = load();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(
          SpecVersion.VersionFlag.V202012,
          builder ->
              builder
                  .metaSchema(
                      JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                          .keywords(
                              List.of(
                                  new NonValidationKeyword("openapi"),
                                  new NonValidationKeyword("info"),
                                  new NonValidationKeyword("servers"),
                                  new NonValidationKeyword("tags"),
                                  new NonValidationKeyword("security"),
                                  new NonValidationKeyword("paths"),
                                  new NonValidationKeyword("components"),
                                  new NonValidationKeyword("x-rules")))
                          .build())
                  .schemaMappers(
                      mappers -> mappers.mapPrefix("https://orders.invalid/", "classpath:/")));
  private static final Map<String, JsonSchema> SCHEMAS = new ConcurrentHashMap<>();

  private OpenApiDocument() {}

  static JsonNode root() {
    return ROOT;
  }

  static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  /** Returns what is wrong with a value, by the schema at a JSON pointer into the document. */
  static List<String> errors(String pointer, JsonNode value) {
    List<String> errors = new ArrayList<>();
    schema(pointer).validate(value).forEach(message -> errors.add(message.getMessage()));
    return errors;
  }

  /** Returns what an answer of a route has that the document does not say. */
  static List<String> undocumented(String method, String path, HttpResponse response) {
    if (response.status() == 404 || response.status() == 405 || response.status() == 401) {
      // Paths and methods that are not there have no place in the document but this.
      return response.status() == 401
          ? errors("#/components/schemas/GatewayMessage", parse(response.body()))
          : errors("#/components/schemas/Problem", parse(response.body()));
    }
    String template = path.replaceFirst("^/orders/[0-9a-f]{8}-[0-9a-f-]{27}", "/orders/{orderId}");
    String place =
        "/paths/"
            + escaped(template)
            + "/"
            + method.toLowerCase(Locale.ROOT)
            + "/responses/"
            + response.status();
    JsonNode said = ROOT.at(place);
    if (said.isMissingNode()) {
      return List.of(response.status() + " is not among the answers of " + method + " " + template);
    }
    if (said.has("$ref")) {
      place = said.get("$ref").textValue().substring(1);
      said = ROOT.at(place);
    }
    List<String> errors = new ArrayList<>();
    TreeSet<String> headers = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    said.path("headers").fieldNames().forEachRemaining(headers::add);
    headers.addAll(
        List.of(
            "content-type",
            "cache-control",
            "x-content-type-options",
            "x-correlation-id",
            "accept-post",
            "accept-patch"));
    for (String header : response.headers().keySet()) {
      if (!headers.contains(header)) {
        errors.add("header " + header + " is not said of " + place);
      }
    }
    if (response.body().isEmpty()) {
      return errors;
    }
    String type = response.headers().getOrDefault("content-type", "");
    if (!said.path("content").has(type)) {
      errors.add(type + " is not said of " + place);
      return errors;
    }
    errors.addAll(
        errors("#" + place + "/content/" + escaped(type) + "/schema", parse(response.body())));
    return errors;
  }

  /** Returns every operation, by method and path. */
  static Map<String, JsonNode> operations() {
    Map<String, JsonNode> operations = new TreeMap<>();
    ROOT.get("paths")
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

  private static JsonSchema schema(String pointer) {
    return SCHEMAS.computeIfAbsent(
        pointer,
        at ->
            FACTORY.getSchema(
                SchemaLocation.of("https://orders.invalid/openapi.json" + at),
                SchemaValidatorsConfig.builder().build()));
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private static JsonNode load() {
    try (InputStream file = OpenApiDocument.class.getResourceAsStream("/openapi.json")) {
      return MAPPER.readTree(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
