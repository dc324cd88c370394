import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Writes openapi.yaml as JSON and as a page to read: arguments are the YAML file, the JSON file,
 * and the page's folder. The page has no script, and nothing of it comes from elsewhere.
 */
final class Describe {
  private Describe() {}

  public static void main(String[] args) throws IOException {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    Map<String, Object> document =
        new Yaml(new SafeConstructor(options)).load(Files.readString(Path.of(args[0])));
    Path json = Path.of(args[1]);
    Files.createDirectories(json.getParent());
    Files.writeString(json, Json.text(document, false));
    Path docs = Path.of(args[2]);
    Files.createDirectories(docs);
    Files.writeString(docs.resolve("index.html"), new Page(document).html());
    Files.writeString(docs.resolve("style.css"), Page.STYLE);
    Files.writeString(docs.resolve("icon.svg"), Page.ICON);
  }
}

/** What YAML read, as JSON. */
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  static String text(Object value, boolean pretty) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      if (pretty) {
        out.setPrettyPrinter(new DefaultPrettyPrinter());
      }
      write(value, out);
    }
    return text.toString();
  }

  private static void write(Object value, JsonGenerator out) throws IOException {
    switch (value) {
      case null -> out.writeNull();
      case Map<?, ?> map -> {
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.writeFieldName(entry.getKey().toString());
          write(entry.getValue(), out);
        }
        out.writeEndObject();
      }
      case List<?> list -> {
        out.writeStartArray();
        for (Object element : list) {
          write(element, out);
        }
        out.writeEndArray();
      }
      case Boolean truth -> out.writeBoolean(truth);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Double number -> out.writeNumber(number);
      case String text -> out.writeString(text);
      default ->
          throw new IllegalArgumentException(
              "quote this, or YAML makes a " + value.getClass().getSimpleName() + ": " + value);
    }
  }
}

/** The document as a page. */
final class Page {
  static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #8884; --mark: #2563eb; }
      body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1rem; }
      h2 { border-bottom: 1px solid var(--line); margin-top: 3rem; }
      h3 { margin-top: 2.5rem; }
      code, pre { font: 0.875rem/1.45 ui-monospace, monospace; }
      pre { border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; padding: 0.75rem; }
      table { border-collapse: collapse; width: 100%; }
      th, td { border-bottom: 1px solid var(--line); padding: 0.4rem 0.6rem 0.4rem 0; text-align: left; vertical-align: top; }
      .method { border-radius: 4px; background: var(--mark); color: white; font-weight: 600; padding: 0.1rem 0.5rem; }
      .scopes { opacity: 0.75; }
      nav ul { columns: 2; list-style: none; padding: 0; }
      a { color: var(--mark); }
      summary { cursor: pointer; }
      @media (max-width: 40rem) { nav ul { columns: 1; } }
      """;

  /** Without one of its own, a browser asks the API for a favicon, and is refused. */
  static final String ICON =
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2563eb"/>
      <path d="M10 9l-5 7 5 7M22 9l5 7-5 7M18 8l-4 16" stroke="#fff" stroke-width="2.4" stroke-linecap="round" fill="none"/></svg>
      """;

  private final Map<String, Object> document;
  private final StringBuilder html = new StringBuilder();

  Page(Map<String, Object> document) {
    this.document = document;
  }

  String html() throws IOException {
    Map<String, Object> info = map(document.get("info"));
    String title = text(info.get("title")) + " API " + text(info.get("version"));
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>")
        .append(escaped(title))
        .append("</title>\n")
        .append("<link rel=\"icon\" href=\"icon.svg\" type=\"image/svg+xml\">\n")
        .append("<link rel=\"stylesheet\" href=\"style.css\">\n</head>\n<body>\n<main>\n");
    html.append("<h1>").append(escaped(title)).append("</h1>\n");
    prose(text(info.get("description")));
    html.append("<p>The same for machines: <a href=\"/openapi.json\">openapi.json</a></p>\n");
    contents();
    for (Object tag : list(document.get("tags"))) {
      String name = text(map(tag).get("name"));
      html.append("<h2>").append(escaped(name)).append("</h2>\n");
      prose(text(map(tag).get("description")));
      for (Map.Entry<String, Map<String, Object>> operation : operations(name).entrySet()) {
        operation(operation.getKey(), operation.getValue());
      }
    }
    schemas();
    return html.append("</main>\n</body>\n</html>\n").toString();
  }

  private void contents() {
    html.append("<nav aria-label=\"Routes\"><ul>\n");
    operations(null)
        .forEach(
            (route, operation) ->
                html.append("<li><a href=\"#")
                    .append(escaped(text(operation.get("operationId"))))
                    .append("\"><code>")
                    .append(escaped(route))
                    .append("</code></a></li>\n"));
    html.append("</ul></nav>\n");
  }

  /** Returns the operations of a tag, or all, with the parameters of their path among theirs. */
  private Map<String, Map<String, Object>> operations(String tag) {
    Map<String, Map<String, Object>> operations = new LinkedHashMap<>();
    map(document.get("paths"))
        .forEach(
            (path, item) ->
                map(item)
                    .forEach(
                        (method, operation) -> {
                          if (!method.equals("parameters")
                              && (tag == null || list(map(operation).get("tags")).contains(tag))) {
                            Map<String, Object> whole = new LinkedHashMap<>(map(operation));
                            List<Object> parameters =
                                new ArrayList<>(list(map(item).get("parameters")));
                            parameters.addAll(list(whole.get("parameters")));
                            whole.put("parameters", parameters);
                            operations.put(method.toUpperCase(Locale.ROOT) + " " + path, whole);
                          }
                        }));
    return operations;
  }

  private void operation(String route, Map<String, Object> operation) throws IOException {
    String[] parts = route.split(" ", 2);
    html.append("<h3 id=\"")
        .append(escaped(text(operation.get("operationId"))))
        .append("\">")
        .append("<span class=\"method\">")
        .append(parts[0])
        .append("</span> <code>")
        .append(escaped(parts[1]))
        .append("</code></h3>\n<p><strong>")
        .append(escaped(text(operation.get("summary"))))
        .append("</strong></p>\n");
    prose(text(operation.get("description")));
    List<Object> scopes = list(operation.get("x-scopes"));
    html.append("<p class=\"scopes\">")
        .append(
            scopes.isEmpty()
                ? "Needs no token."
                : "Needs one of: <code>"
                    + String.join("</code>, <code>", scopes.stream().map(Page::text).toList())
                    + "</code>")
        .append("</p>\n");
    List<Object> parameters = list(operation.get("parameters"));
    if (!parameters.isEmpty()) {
      html.append("<table><thead><tr><th>Parameter</th><th>In</th><th></th></tr></thead><tbody>\n");
      for (Object parameter : parameters) {
        Map<String, Object> one = resolved(parameter);
        row(
            "<code>"
                + escaped(text(one.get("name")))
                + "</code>"
                + (Boolean.TRUE.equals(one.get("required")) ? " (required)" : ""),
            escaped(text(one.get("in"))),
            inline(text(one.get("description"))));
      }
      html.append("</tbody></table>\n");
    }
    if (operation.containsKey("requestBody")) {
      html.append("<h4>Body</h4>\n");
      content(map(map(operation.get("requestBody")).get("content")));
    }
    html.append("<h4>Responses</h4>\n");
    for (Map.Entry<String, Object> entry :
        new TreeMap<>(map(operation.get("responses"))).entrySet()) {
      Map<String, Object> response = resolved(entry.getValue());
      html.append("<details><summary><code>")
          .append(entry.getKey())
          .append("</code> ")
          .append(inline(text(response.get("description"))))
          .append("</summary>\n");
      Map<String, Object> headers = map(response.get("headers"));
      if (!headers.isEmpty()) {
        html.append("<table><tbody>\n");
        for (Map.Entry<String, Object> header : headers.entrySet()) {
          row(
              "<code>" + escaped(header.getKey()) + "</code>",
              inline(text(resolved(header.getValue()).get("description"))));
        }
        html.append("</tbody></table>\n");
      }
      content(map(response.get("content")));
      html.append("</details>\n");
    }
  }

  private void content(Map<String, Object> content) throws IOException {
    for (Map.Entry<String, Object> type : content.entrySet()) {
      Map<String, Object> media = map(type.getValue());
      html.append("<p><code>")
          .append(escaped(type.getKey()))
          .append("</code>")
          .append(reference(media.get("schema")))
          .append("</p>\n");
      if (media.containsKey("example")) {
        example(media.get("example"));
      }
      for (Object each : map(media.get("examples")).values()) {
        Map<String, Object> example = resolved(each);
        if (example.containsKey("summary")) {
          html.append("<p>").append(escaped(text(example.get("summary")))).append(":</p>\n");
        }
        example(example.get("value"));
      }
    }
  }

  private void example(Object value) throws IOException {
    html.append("<pre>").append(escaped(Json.text(value, true))).append("</pre>\n");
  }

  private static String reference(Object schema) {
    if (schema instanceof Map<?, ?> map && map.get("$ref") instanceof String reference) {
      String name = reference.substring(reference.lastIndexOf('/') + 1);
      return " — <a href=\"#schema-" + escaped(name) + "\">" + escaped(name) + "</a>";
    }
    return "";
  }

  private void schemas() throws IOException {
    html.append("<h2>Schemas</h2>\n");
    for (Map.Entry<String, Object> schema :
        map(map(document.get("components")).get("schemas")).entrySet()) {
      html.append("<h3 id=\"schema-")
          .append(escaped(schema.getKey()))
          .append("\">")
          .append(escaped(schema.getKey()))
          .append("</h3>\n");
      example(schema.getValue());
    }
  }

  private void row(String... cells) {
    html.append("<tr>");
    for (String cell : cells) {
      html.append("<td>").append(cell).append("</td>");
    }
    html.append("</tr>\n");
  }

  private void prose(String markdown) {
    for (String paragraph : markdown.split("\n\\s*\n")) {
      if (!paragraph.isBlank()) {
        html.append("<p>").append(inline(paragraph.strip())).append("</p>\n");
      }
    }
  }

  /** Marks code and strong words. */
  private static String inline(String markdown) {
    return escaped(markdown)
        .replaceAll("`([^`]+)`", "<code>$1</code>")
        .replaceAll("\\*\\*([^*]+)\\*\\*", "<strong>$1</strong>");
  }

  private Map<String, Object> resolved(Object value) {
    Map<String, Object> map = map(value);
    if (!(map.get("$ref") instanceof String reference)) {
      return map;
    }
    Object found = document;
    for (String step : reference.substring(2).split("/")) {
      found = map(found).get(step);
    }
    return map(found);
  }

  private static String text(Object value) {
    return value == null ? "" : value.toString();
  }

  @SuppressWarnings("unchecked") // The keys of an OpenAPI document are texts.
  private static Map<String, Object> map(Object value) {
    return value instanceof Map<?, ?> ? (Map<String, Object>) value : Map.of();
  }

  @SuppressWarnings("unchecked") // Of whatever they hold.
  private static List<Object> list(Object value) {
    return value instanceof List<?> ? (List<Object>) value : List.of();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
