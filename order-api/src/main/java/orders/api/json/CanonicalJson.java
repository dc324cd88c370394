package orders.api.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.math.BigDecimal;
import java.util.TreeMap;
import orders.api.json.JsonValue.JsonArray;
import orders.api.json.JsonValue.JsonBoolean;
import orders.api.json.JsonValue.JsonNull;
import orders.api.json.JsonValue.JsonNumber;
import orders.api.json.JsonValue.JsonObject;
import orders.api.json.JsonValue.JsonString;

/** One spelling for each JSON value: sorted keys, no white space, one form of a number. */
public final class CanonicalJson {
  private static final int LONGEST_COMPUTED = 64;

  private CanonicalJson() {}

  /** Returns the canonical text; two values have the same one exactly if they are equal. */
  public static String of(JsonValue value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(JsonValue value, StringBuilder out) {
    switch (value) {
      case JsonObject object -> {
        char separator = '{';
        for (var member : new TreeMap<>(object.members()).entrySet()) {
          out.append(separator);
          write(member.getKey(), out);
          out.append(':');
          write(member.getValue(), out);
          separator = ',';
        }
        out.append(separator == '{' ? "{}" : "}");
      }
      case JsonArray array -> {
        char separator = '[';
        for (JsonValue element : array.elements()) {
          out.append(separator);
          write(element, out);
          separator = ',';
        }
        out.append(separator == '[' ? "[]" : "]");
      }
      case JsonString text -> write(text.value(), out);
      case JsonNumber number -> out.append(canonical(number.literal()));
      case JsonBoolean truth -> out.append(truth.value());
      case JsonNull nothing -> out.append("null");
    }
  }

  private static void write(String text, StringBuilder out) {
    out.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, out);
    out.append('"');
  }

  // Never in plain notation: 1e999999999 would be a gigabyte of zeros. No number that means
  // something
  // here is long, and the arithmetic on a very long one is slow.
  private static String canonical(String literal) {
    if (literal.length() > LONGEST_COMPUTED) {
      return literal;
    }
    try {
      BigDecimal stripped = new BigDecimal(literal).stripTrailingZeros();
      return stripped.unscaledValue() + "e" + -(long) stripped.scale();
    } catch (NumberFormatException | ArithmeticException beyondExponents) {
      return literal;
    }
  }
}
