package orders.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.Supplier;
import orders.api.form.OperationParser;
import orders.api.form.Parsed;
import orders.api.form.PlaceOrderParser;
import orders.api.form.TransitionParser;
import orders.openapi.OpenApi;
import org.junit.jupiter.api.Test;

/**
 * The schemas of openapi.yaml and the code take the same bodies. What a schema cannot say (its
 * {@code x-rules}) is kept out of these bodies, and tested by example elsewhere.
 */
class SchemaAgreementTest {
  private static final String GOOD_LINE = "{\"sku\":\"#\",\"quantity\":1,\"unitPrice\":0}";

  private static final long SEED = Long.getLong("fuzz.seed", 4217L);
  private static final int BODIES = 5_000;

  private final Random random = new Random(SEED);

  @Test
  void a_body_of_an_order_is_judged_alike() {
    judge(
        "PlaceOrder",
        this::order,
        body ->
            PlaceOrderParser.read(ApiFixture.parse(body), ApiFixture.OFFICE)
                instanceof Parsed.Valid<?>);
  }

  @Test
  void a_body_of_an_amendment_is_judged_alike() {
    judge(
        "AmendOrder",
        this::amendment,
        body -> TransitionParser.amend(ApiFixture.parse(body)) instanceof Parsed.Valid<?>);
  }

  @Test
  void the_body_of_a_move_is_judged_alike() {
    judge(
        "CancelOrder",
        () -> object(optional("reason", () -> often(text(500))), rare("colour", () -> "1")),
        body -> TransitionParser.cancel(ApiFixture.parse(body)) instanceof Parsed.Valid<?>);
    judge(
        "ShipOrder",
        () ->
            object(
                optional("carrier", () -> often(text(200))),
                optional("trackingNumber", () -> often(text(200))),
                rare("colour", () -> "1")),
        body -> TransitionParser.ship(ApiFixture.parse(body)) instanceof Parsed.Valid<?>);
  }

  @Test
  void an_operation_envelope_is_judged_alike() {
    OperationParser form = new OperationParser("lambda-apigateway", Currency.getInstance("EUR"));
    judge(
        "Operation",
        this::envelope,
        body -> form.read(ApiFixture.parse(body), ApiFixture.OFFICE) instanceof Parsed.Valid<?>);
  }

  private static void judge(String schema, Supplier<String> bodies, Predicate<String> code) {
    int right = 0;
    for (int i = 0; i < BODIES; i++) {
      String body = bodies.get();
      List<String> errors =
          ApiFixture.DESCRIPTION.errors("#/components/schemas/" + schema, OpenApi.parse(body));
      assertThat(code.test(body))
          .as("-Dfuzz.seed=%s, body %s: %s %s", SEED, i, body, errors)
          .isEqualTo(errors.isEmpty());
      right += errors.isEmpty() ? 1 : 0;
    }
    // Neither judge is asked the same thing all the time.
    assertThat(right).isBetween(BODIES / 20, BODIES * 19 / 20);
  }

  private String order() {
    return object(
        required("currency", this::currency),
        required("lines", this::lines),
        optional("shippingAddress", () -> address(false)),
        optional("reference", () -> ascii(64)),
        optional("note", () -> text(500)),
        optional("metadata", () -> metadata(20, false)),
        optional("customerId", () -> ascii(128)),
        rare("status", () -> "\"PLACED\""));
  }

  private String amendment() {
    return object(
        optional("lines", this::lines),
        optional("shippingAddress", () -> orNull(address(true))),
        optional("reference", () -> orNull(ascii(64))),
        optional("note", () -> orNull(text(500))),
        optional("metadata", () -> orNull(metadata(40, true))),
        rare("currency", this::currency));
  }

  private String envelope() {
    String operation =
        oneOf("create", "create", "read", "update", "update", "delete", "list", "echo", "ping");
    Supplier<String> payload =
        switch (operation) {
          case "create" ->
              () -> object(required("Item", random.nextBoolean() ? this::order : this::item));
          case "read", "delete" ->
              () -> object(required("Key", this::key), rare("ScanFilter", () -> "{}"));
          case "update" ->
              () ->
                  object(
                      required("Key", this::key),
                      required("Changes", this::amendment),
                      optional("version", () -> nearly("7", "-1", "1.5", "\"1\"", "null")),
                      rare("UpdateExpression", () -> "\"SET x = 1\""));
          case "list" ->
              () ->
                  object(
                      optional(
                          "limit", () -> often(oneOf("1", "100", "\"25\""), "0", "101", "\"x\"")),
                      optional("sort", () -> often("\"placedAt\"", "\"total\"", "1")),
                      rare("page", () -> "1"));
          default -> () -> oneOf("1", "null", "{}", "\"x\"");
        };
    return object(
        required(
            "operation", () -> nearly("\"" + operation + "\"", "\"scan\"", "\"\"", "1", "null")),
        required(
            "tableName", () -> nearly("\"orders\"", "7", "null", "\"" + "x".repeat(256) + "\"")),
        required("payload", () -> nearly(payload.get(), "7", "[]", "\"\"")),
        rare("Statement", () -> "\"SELECT\""));
  }

  private String key() {
    return object(required("id", () -> ascii(64)), rare("sk", () -> "1"));
  }

  private String item() {
    return object(
        optional("id", () -> ascii(64)),
        required("product", () -> text(200)),
        required(
            "price",
            () -> nearly(oneOf("78.89", "0", "1e1", "10000000000"), "-1", "\"1\"", "null")),
        optional("order_date", () -> nearly("\"\"", "7", "\"a\\nb\"")),
        rare("colour", () -> "1"));
  }

  private record Field(String name, Supplier<String> value, double presence) {}

  /** Now and then missing. */
  private static Field required(String name, Supplier<String> value) {
    return new Field(name, value, 0.99);
  }

  private static Field optional(String name, Supplier<String> value) {
    return new Field(name, value, 0.4);
  }

  private static Field rare(String name, Supplier<String> value) {
    return new Field(name, value, 0.01);
  }

  private String object(Field... fields) {
    List<String> members = new ArrayList<>();
    for (Field field : fields) {
      if (random.nextDouble() < field.presence()) {
        members.add("\"" + field.name() + "\":" + field.value().get());
      }
    }
    return "{" + String.join(",", members) + "}";
  }

  private String oneOf(String... values) {
    return values[random.nextInt(values.length)];
  }

  /** One in so many. */
  private boolean rarely(int many) {
    return random.nextInt(many) == 0;
  }

  private String nearly(String good, String... bad) {
    return rarely(60) ? oneOf(bad) : good;
  }

  /** Wrong as often as a form with few fields needs it. */
  private String often(String good, String... bad) {
    return bad.length > 0 && rarely(5) ? oneOf(bad) : rarely(5) ? oneOf("null", "7", "\"\"") : good;
  }

  private String currency() {
    return nearly(
        oneOf("\"EUR\"", "\"JPY\"", "\"BHD\""),
        "\"eur\"",
        "\"EURO\"",
        "\"XXX\"",
        "\"\"",
        "null",
        "978");
  }

  private String lines() {
    if (rarely(40)) {
      return oneOf("[]", "{}", "null", "[null]", "[1]", "[[]]");
    }
    if (rarely(40)) {
      return array(Collections.nCopies(100 + random.nextInt(2), GOOD_LINE));
    }
    List<String> lines = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      lines.add(line());
    }
    return array(lines);
  }

  /** The position makes each sku another one: no schema can ask for that. */
  private static String array(List<String> lines) {
    StringBuilder array = new StringBuilder("[");
    for (int i = 0; i < lines.size(); i++) {
      array.append(i == 0 ? "" : ",").append(lines.get(i).replace("#", "n" + i));
    }
    return array.append("]").toString();
  }

  private String line() {
    return object(
        required(
            "sku",
            () ->
                nearly(
                    oneOf("\"#\"", "\"A.b_c-#\""),
                    "\"# \"",
                    "\"\"",
                    "\"\\u00e9#\"",
                    "\"" + "x".repeat(65) + "\"",
                    "7",
                    "null")),
        optional("name", () -> text(200)),
        required(
            "quantity",
            () ->
                nearly(
                    oneOf("1", "2", "9999", "10000"),
                    "0",
                    "-1",
                    "10001",
                    "1.5",
                    "\"1\"",
                    "null",
                    "99999999999999999999",
                    "1e400",
                    "true")),
        required(
            "unitPrice",
            // Small enough for four lines to stay below the highest total.
            () ->
                nearly(
                    oneOf("0", "1", "7889", "100000000000", "-0"),
                    "-1",
                    "1000000000001",
                    "0.5",
                    "\"1\"",
                    "null",
                    "99999999999999999999")),
        rare("colour", () -> "1"));
  }

  private String address(boolean isPatch) {
    if (rarely(20)) {
      return oneOf("[]", "\"here\"", "{}");
    }
    Supplier<String> label = () -> text(200);
    Supplier<String> removable = isPatch ? () -> orNull(text(200)) : label;
    return object(
        required("name", label),
        required("line1", label),
        optional("line2", removable),
        optional("postalCode", removable),
        required("city", label),
        required(
            "country",
            () ->
                nearly(
                    oneOf("\"IE\"", "\"NO\"", "\"ZW\""),
                    "\"ie\"",
                    "\"XX\"",
                    "\"IRL\"",
                    "\"UK\"",
                    "\"\"",
                    "null",
                    "1")),
        rare("planet", label));
  }

  private String metadata(int most, boolean isPatch) {
    return switch (random.nextInt(20)) {
      case 0 -> oneOf("[]", "{\"k\":1}", "{\"k\":{}}");
      case 1 -> entries(most + random.nextInt(2));
      case 2 -> entries(0);
      default -> {
        String key = nearly(oneOf("channel", "A.b_c-1"), "", "a b", "x".repeat(65), "\\u00e9");
        yield "{\"" + key + "\":" + (isPatch ? orNull(text(500)) : text(500)) + "}";
      }
    };
  }

  private static String entries(int count) {
    StringBuilder entries = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      entries.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"\"");
    }
    return entries.append("}").toString();
  }

  /** A text in NFC: what normalising would shorten, a schema would measure before. */
  private String text(int most) {
    return nearly(
        random.nextBoolean() ? ascii(1, 20) : special(most),
        "\"\"",
        "\"" + "x".repeat(most + 1) + "\"",
        "\"" + "\uD83D\uDE00".repeat(most + 1) + "\"",
        "\"a\\nb\"",
        "\"a\\rb\"",
        "\"a\\tb\"",
        "\"\\u0000\"",
        "\"\\u007f\"",
        "\"\\u0085\"",
        "\"\\u000b\"",
        "\"\\uffff\"",
        "7",
        "null",
        "[]",
        "{}");
  }

  private String special(int most) {
    return oneOf(
        "\"A. Customer\"",
        "\"\\u00e9\\u20ac\"",
        "\"\\\"quoted\\\" \\\\ / \"",
        "\"" + "\uD83D\uDE00".repeat(most) + "\"",
        "\"" + "x".repeat(most) + "\"",
        "\"\\u00a0\\u2028\\u200b\"");
  }

  private String ascii(int least, int most) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = least + random.nextInt(most - least + 1); i > 0; i--) {
      char c = (char) (' ' + random.nextInt('~' - ' ' + 1));
      text.append(c == '"' || c == '\\' ? '-' : c);
    }
    return text.append('"').toString();
  }

  private String ascii(int most) {
    return nearly(
        oneOf("\"1234ABCG\"", "\" ~ \"", "\"" + "x".repeat(most) + "\"", ascii(1, most)),
        "\"\"",
        "\"" + "x".repeat(most + 1) + "\"",
        "\"\\u00e9\"",
        "\"a\\nb\"",
        "\"\\u007f\"",
        "7",
        "null");
  }

  private String orNull(String value) {
    return rarely(5) ? "null" : value;
  }
}
