package orders.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import orders.api.form.MoveForms;
import orders.api.form.Parsed;
import orders.api.form.PlaceOrderForm;
import orders.openapi.OpenApi;

/**
 * The schemas of openapi.yaml and the code take the same bodies. What a schema cannot say (its
 * {@code x-rules}) is kept out of these bodies, and tested by example elsewhere.
 */
class SchemaAgreementTest {
  private static final String GOOD_LINE = "{\"sku\":\"#\",\"quantity\":1,\"unitPrice\":0}";

  @Property(tries = 3000, seed = "4217")
  void a_body_of_an_order_is_judged_alike(@ForAll("orders") String body) {
    boolean bySchema =
        ApiFixture.DESCRIPTION
            .errors("#/components/schemas/PlaceOrder", OpenApi.parse(body))
            .isEmpty();
    boolean byCode =
        PlaceOrderForm.read(ApiFixture.parse(body), ApiFixture.OFFICE) instanceof Parsed.Valid<?>;

    Statistics.collect(byCode ? "right" : "wrong");
    assertThat(byCode).as(body).isEqualTo(bySchema);
  }

  @Property(tries = 2000, seed = "7396")
  void a_body_of_an_amendment_is_judged_alike(@ForAll("amendments") String body) {
    boolean bySchema =
        ApiFixture.DESCRIPTION
            .errors("#/components/schemas/AmendOrder", OpenApi.parse(body))
            .isEmpty();
    boolean byCode = MoveForms.amend(ApiFixture.parse(body)) instanceof Parsed.Valid<?>;

    Statistics.collect(byCode ? "right" : "wrong");
    assertThat(byCode).as(body).isEqualTo(bySchema);
  }

  @Provide
  Arbitrary<String> orders() {
    return object(
        List.of(
            required("currency", currencies()),
            required("lines", lines()),
            optional("shippingAddress", address(false)),
            optional("reference", ascii(64)),
            optional("note", text(500)),
            optional("metadata", metadata(20, false)),
            optional("customerId", ascii(128)),
            rare("status", Arbitraries.just("\"PLACED\""))));
  }

  @Provide
  Arbitrary<String> amendments() {
    return object(
        List.of(
            optional("lines", lines()),
            optional("shippingAddress", orNull(address(true))),
            optional("reference", orNull(ascii(64))),
            optional("note", orNull(text(500))),
            optional("metadata", orNull(metadata(40, true))),
            rare("currency", currencies())));
  }

  private record Field(String name, Arbitrary<String> value, double presence) {}

  /** Now and then missing. */
  private static Field required(String name, Arbitrary<String> value) {
    return new Field(name, value, 0.98);
  }

  private static Field optional(String name, Arbitrary<String> value) {
    return new Field(name, value, 0.4);
  }

  private static Field rare(String name, Arbitrary<String> value) {
    return new Field(name, value, 0.02);
  }

  private static Arbitrary<String> object(List<Field> fields) {
    List<Arbitrary<String>> members =
        fields.stream()
            .map(
                field ->
                    field
                        .value()
                        .map(value -> "\"" + field.name() + "\":" + value)
                        .optional(field.presence())
                        .map(member -> member.orElse("")))
            .toList();
    return Combinators.combine(members)
        .as(
            parts ->
                "{"
                    + String.join(",", parts.stream().filter(part -> !part.isEmpty()).toList())
                    + "}");
  }

  private static Arbitrary<String> nearly(Arbitrary<String> good, String... bad) {
    return Arbitraries.frequencyOf(Tuple.of(80, good), Tuple.of(1, Arbitraries.of(bad)));
  }

  private static Arbitrary<String> currencies() {
    return nearly(
        Arbitraries.of("\"EUR\"", "\"JPY\"", "\"BHD\""),
        "\"eur\"",
        "\"EURO\"",
        "\"XXX\"",
        "\"\"",
        "null",
        "978");
  }

  private static Arbitrary<String> lines() {
    // The position makes each sku another one: no schema can ask for that.
    return Arbitraries.frequencyOf(
        Tuple.of(20, line().list().ofMinSize(1).ofMaxSize(4).map(SchemaAgreementTest::array)),
        Tuple.of(1, Arbitraries.just(array(Collections.nCopies(100, GOOD_LINE)))),
        Tuple.of(1, Arbitraries.just(array(Collections.nCopies(101, GOOD_LINE)))),
        Tuple.of(1, Arbitraries.of("[]", "{}", "null", "[null]", "[1]", "[[]]")));
  }

  private static String array(List<String> lines) {
    StringBuilder array = new StringBuilder("[");
    for (int i = 0; i < lines.size(); i++) {
      array.append(i == 0 ? "" : ",").append(lines.get(i).replace("#", "n" + i));
    }
    return array.append("]").toString();
  }

  private static Arbitrary<String> line() {
    return object(
        List.of(
            required(
                "sku",
                nearly(
                    Arbitraries.of("\"#\"", "\"A.b_c-#\""),
                    "\"# \"",
                    "\"\"",
                    "\"\\u00e9#\"",
                    "\"" + "x".repeat(65) + "\"",
                    "7",
                    "null")),
            optional("name", text(200)),
            required(
                "quantity",
                nearly(
                    Arbitraries.of("1", "2", "9999", "10000"),
                    "0",
                    "-1",
                    "10001",
                    "1.5",
                    "\"1\"",
                    "null",
                    "99999999999999999999",
                    "true")),
            required(
                "unitPrice",
                // Small enough for four lines to stay below the highest total.
                nearly(
                    Arbitraries.of("0", "1", "7889", "100000000000", "-0"),
                    "-1",
                    "1000000000001",
                    "0.5",
                    "\"1\"",
                    "null",
                    "99999999999999999999")),
            rare("colour", Arbitraries.just("1"))));
  }

  private static Arbitrary<String> address(boolean isPatch) {
    Arbitrary<String> label = text(200);
    Arbitrary<String> optionalPart = isPatch ? orNull(label) : label;
    Arbitrary<String> country =
        nearly(
            Arbitraries.of("\"IE\"", "\"NO\"", "\"ZW\""),
            "\"ie\"",
            "\"XX\"",
            "\"IRL\"",
            "\"UK\"",
            "\"\"",
            "null",
            "1");
    return Arbitraries.frequencyOf(
        Tuple.of(
            20,
            object(
                List.of(
                    required("name", label),
                    required("line1", label),
                    optional("line2", optionalPart),
                    optional("postalCode", optionalPart),
                    required("city", label),
                    required("country", country),
                    rare("planet", label)))),
        Tuple.of(1, Arbitraries.of("[]", "\"here\"", "{}")));
  }

  private static Arbitrary<String> metadata(int most, boolean isPatch) {
    Arbitrary<String> value = text(500);
    Arbitrary<String> key =
        nearly(Arbitraries.of("channel", "A.b_c-1"), "", "a b", "x".repeat(65), "\\u00e9");
    return Arbitraries.frequencyOf(
        Tuple.of(
            20,
            Combinators.combine(key, isPatch ? orNull(value) : value)
                .as((name, text) -> "{\"" + name + "\":" + text + "}")),
        Tuple.of(2, Arbitraries.of(entries(0), entries(most), entries(most + 1))),
        Tuple.of(1, Arbitraries.of("[]", "{\"k\":1}", "{\"k\":{}}")));
  }

  private static String entries(int count) {
    StringBuilder entries = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      entries.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"\"");
    }
    return entries.append("}").toString();
  }

  /** Texts in NFC: what normalising would shorten, a schema would measure before. */
  private static Arbitrary<String> text(int most) {
    Arbitrary<String> good =
        Arbitraries.oneOf(
            Arbitraries.of(
                "\"A. Customer\"",
                "\"\\u00e9\\u20ac\"",
                "\"\\\"quoted\\\" \\\\ / \"",
                "\"" + "\uD83D\uDE00".repeat(most) + "\"",
                "\"" + "x".repeat(most) + "\"",
                "\"\\u00a0\\u2028\\u200b\""),
            Arbitraries.strings()
                .withCharRange(' ', '!')
                .withCharRange('#', '[')
                .withCharRange(']', '~')
                .ofMinLength(1)
                .ofMaxLength(20)
                .map(text -> "\"" + text + "\""));
    return nearly(
        good,
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
        "7",
        "null",
        "[]",
        "{}");
  }

  private static Arbitrary<String> ascii(int most) {
    return nearly(
        Arbitraries.of("\"1234ABCG\"", "\" ~ \"", "\"" + "x".repeat(most) + "\""),
        "\"\"",
        "\"" + "x".repeat(most + 1) + "\"",
        "\"\\u00e9\"",
        "\"a\\nb\"",
        "\"\\u007f\"",
        "7",
        "null");
  }

  private static Arbitrary<String> orNull(Arbitrary<String> value) {
    return Arbitraries.frequencyOf(Tuple.of(4, value), Tuple.of(1, Arbitraries.just("null")));
  }
}
