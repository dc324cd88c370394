package orders.api;

import static orders.api.ApiFixture.ALICE;
import static orders.api.ApiFixture.OFFICE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import orders.api.ApiFixture.Request;
import orders.api.http.HttpResponse;
import org.junit.jupiter.api.Test;

/**
 * What every text field of every route makes of the characters at the edges of what a queue can
 * carry: U+0009, U+000A, U+000D, U+0020 to U+D7FF, U+E000 to U+FFFD, U+10000 and on.
 */
class TextEdgesTest {
  private static final Set<Integer> ACCEPTED =
      Set.of(0x20, 0x7E, 0xA0, 0xD7FF, 0xE000, 0xFDD0, 0xFFFD, 0x10000, 0x1FFFE, 0x10FFFF);
  private static final Set<Integer> BREAKS = Set.of(0x9, 0xA, 0xD);
  private static final Set<Integer> REFUSED =
      Set.of(0x0, 0x8, 0xB, 0xC, 0xE, 0x1F, 0x7F, 0x80, 0x9F, 0xFFFE, 0xFFFF);
  private static final Set<Integer> HALVES = Set.of(0xD800, 0xDBFF, 0xDC00, 0xDFFF);

  private enum Alphabet {
    LINE,
    LINES,
    ASCII,
    TOKEN;

    boolean has(int c) {
      return switch (this) {
        case LINE -> ACCEPTED.contains(c);
        case LINES -> ACCEPTED.contains(c) || BREAKS.contains(c);
        case ASCII -> c >= ' ' && c <= '~';
        case TOKEN -> false; // none of the edges is in any
      };
    }
  }

  /**
   * A text field.
   *
   * @param body with {@code #} where the text is
   */
  private record Field(String method, String path, String body, Alphabet alphabet) {}

  private static final String LINES =
      "\"currency\":\"EUR\",\"lines\":[{\"sku\":\"A\",\"quantity\":1,\"unitPrice\":1}]";

  private final ApiFixture api = new ApiFixture();

  @Test
  void every_text_field_takes_what_can_be_written_and_points_at_what_cannot() {
    fields()
        .forEach(
            (pointer, field) -> {
              for (int c : union(ACCEPTED, BREAKS, REFUSED)) {
                HttpResponse response = send(field, c);
                String what = "%s U+%04X: %s".formatted(pointer, c, response);
                if (field.alphabet().has(c)) {
                  assertThat(response.status()).as(what).isIn(200, 202, 404);
                } else {
                  assertThat(response.status()).as(what).isEqualTo(422);
                  assertThat(response.body()).as(what).contains("\"pointer\":\"");
                }
              }
              for (int c : HALVES) {
                HttpResponse response = send(field, c);
                assertThat(response.status()).as("%s %s", pointer, response).isEqualTo(400);
              }
            });
  }

  @Test
  void the_customer_of_a_list_is_of_printable_ascii() {
    for (int c : union(ACCEPTED, BREAKS, REFUSED)) {
      String envelope =
          "{\"operation\":\"list\",\"tableName\":\"orders\",\"payload\":{\"customerId\":\"%s\"}}"
              .formatted(escaped(c));
      HttpResponse response = api.post("/operations").by(OFFICE).json(envelope).send();
      assertThat(response.status())
          .as("U+%04X: %s", c, response)
          .isEqualTo(Alphabet.ASCII.has(c) ? 200 : 400);
    }
  }

  private HttpResponse send(Field field, int c) {
    String path =
        field.path().contains("{orderId}")
            ? field.path().replace("{orderId}", orderFor(field))
            : field.path();
    Request request = api.send(field.method(), path).by(OFFICE);
    if (field.method().equals("PATCH")) {
      request.with("if-match", "*");
    }
    return request.json(field.body().replace("#", "a" + escaped(c) + "b")).send();
  }

  /** An order on which the move can be made. */
  private String orderFor(Field field) {
    String order = api.placed(ALICE);
    if (field.path().endsWith("/ship")) {
      api.post(order + "/confirm").by(OFFICE).send();
      api.deliver();
    }
    return order.substring("/orders/".length());
  }

  private static String escaped(int c) {
    StringBuilder escaped = new StringBuilder();
    for (char unit : Character.toChars(c)) {
      escaped.append("\\u%04x".formatted((int) unit));
    }
    return escaped.toString();
  }

  private static Map<String, Field> fields() {
    Map<String, Field> fields = new TreeMap<>();
    placing(fields, "POST /orders ", "/orders", "{%s}");
    placing(
        fields,
        "create ",
        "/operations",
        "{\"operation\":\"create\",\"tableName\":\"orders\",\"payload\":{\"Item\":{%s}}}");
    amending(fields, "PATCH ", "PATCH", "/orders/{orderId}", "{%s}");
    amending(
        fields,
        "update ",
        "POST",
        "/operations",
        "{\"operation\":\"update\",\"tableName\":\"orders\","
            + "\"payload\":{\"Key\":{\"id\":\"none\"},\"Changes\":{%s}}}");
    String item =
        "{\"operation\":\"create\",\"tableName\":\"orders\",\"payload\":{\"Item\":{"
            + "\"price\":1,%s}}}";
    put(fields, "short product", "/operations", item.formatted("\"product\":\"#\""), Alphabet.LINE);
    put(
        fields,
        "short id",
        "/operations",
        item.formatted("\"product\":\"p\",\"id\":\"#\""),
        Alphabet.ASCII);
    put(
        fields,
        "short order_date",
        "/operations",
        item.formatted("\"product\":\"p\",\"order_date\":\"#\""),
        Alphabet.LINE);
    for (String operation : Set.of("read", "delete")) {
      put(
          fields,
          operation + " id",
          "/operations",
          "{\"operation\":\"%s\",\"tableName\":\"orders\",\"payload\":{\"Key\":{\"id\":\"#\"}}}"
              .formatted(operation),
          Alphabet.ASCII);
    }
    put(fields, "operation", "/operations", "{\"operation\":\"#\"}", Alphabet.TOKEN);
    put(
        fields,
        "tableName",
        "/operations",
        "{\"operation\":\"ping\",\"tableName\":\"#\"}",
        Alphabet.TOKEN);
    put(fields, "cancel", "/orders/{orderId}/cancel", "{\"reason\":\"#\"}", Alphabet.LINE);
    put(fields, "carrier", "/orders/{orderId}/ship", "{\"carrier\":\"#\"}", Alphabet.LINE);
    put(fields, "number", "/orders/{orderId}/ship", "{\"trackingNumber\":\"#\"}", Alphabet.LINE);
    return fields;
  }

  private static void placing(
      Map<String, Field> fields, String name, String path, String envelope) {
    contents(fields, name, "POST", path, envelope.formatted(LINES + ",%s"));
    put(
        fields,
        name + "customerId",
        path,
        envelope.formatted(LINES + ",\"customerId\":\"#\""),
        Alphabet.ASCII);
    put(
        fields,
        name + "currency",
        path,
        envelope.formatted(LINES.replace("EUR", "#")),
        Alphabet.TOKEN);
    line(fields, name, "POST", path, envelope.formatted("\"currency\":\"EUR\",%s"));
  }

  private static void amending(
      Map<String, Field> fields, String name, String method, String path, String envelope) {
    contents(fields, name, method, path, envelope);
    line(fields, name, method, path, envelope);
  }

  private static void line(
      Map<String, Field> fields, String name, String method, String path, String envelope) {
    String line = "\"lines\":[{\"sku\":\"%s\",\"name\":\"%s\",\"quantity\":1,\"unitPrice\":1}]";
    fields.put(
        name + "line name",
        new Field(method, path, envelope.formatted(line.formatted("A", "#")), Alphabet.LINE));
    fields.put(
        name + "sku",
        new Field(method, path, envelope.formatted(line.formatted("#", "A")), Alphabet.TOKEN));
  }

  private static void contents(
      Map<String, Field> fields, String name, String method, String path, String envelope) {
    for (String part : Set.of("name", "line1", "line2", "postalCode", "city", "country")) {
      Map<String, String> parts =
          new TreeMap<>(Map.of("name", "n", "line1", "l", "city", "c", "country", "IE"));
      parts.put(part, "#");
      StringBuilder address = new StringBuilder();
      parts.forEach(
          (key, value) ->
              address
                  .append(address.isEmpty() ? "" : ",")
                  .append("\"%s\":\"%s\"".formatted(key, value)));
      fields.put(
          name + "address " + part,
          new Field(
              method,
              path,
              envelope.formatted("\"shippingAddress\":{" + address + "}"),
              part.equals("country") ? Alphabet.TOKEN : Alphabet.LINE));
    }
    Map<String, Alphabet> texts =
        Map.of(
            "\"reference\":\"#\"", Alphabet.ASCII,
            "\"note\":\"#\"", Alphabet.LINES,
            "\"metadata\":{\"k\":\"#\"}", Alphabet.LINE,
            "\"metadata\":{\"#\":\"v\"}", Alphabet.TOKEN);
    texts.forEach(
        (text, alphabet) ->
            fields.put(name + text, new Field(method, path, envelope.formatted(text), alphabet)));
  }

  private static void put(
      Map<String, Field> fields, String name, String path, String body, Alphabet alphabet) {
    fields.put(name, new Field("POST", path, body, alphabet));
  }

  @SafeVarargs
  private static Set<Integer> union(Set<Integer>... sets) {
    Set<Integer> all = new TreeSet<>();
    for (Set<Integer> set : sets) {
      all.addAll(set);
    }
    return all;
  }
}
