package orders.api.form;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import orders.api.http.Violation.Pointer;
import orders.api.json.JsonValue;
import orders.api.json.JsonValue.JsonArray;
import orders.api.json.JsonValue.JsonNull;
import orders.api.json.JsonValue.JsonNumber;
import orders.api.json.JsonValue.JsonObject;
import orders.api.json.JsonValue.JsonString;

/** An object that was sent, read member by member; every mistake is reported where it is. */
final class FormObject {
  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");

  private final Map<String, JsonValue> members;
  private final Pointer at;
  private final Violations violations;

  FormObject(JsonObject object, Pointer at, Violations violations) {
    this.members = object.members();
    this.at = at;
    this.violations = violations;
  }

  Pointer at(String name) {
    return at.member(name);
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  boolean isNull(String name) {
    return members.get(name) instanceof JsonNull;
  }

  Set<String> names() {
    return members.keySet();
  }

  /** Reports every member that is none of these. */
  void allow(Set<String> names) {
    for (String name : members.keySet()) {
      if (!names.contains(name)) {
        violations.add(at(name), "unknown-field", "Unknown field. Remove it.");
      }
    }
  }

  /** Reports members that must be there and are not. */
  void require(String... names) {
    for (String name : names) {
      if (!has(name)) {
        violations.add(at(name), "required", "This field is required.");
      }
    }
  }

  Optional<String> text(String name, TextRule rule) {
    JsonValue value = members.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof JsonString text) {
      return rule.check(text.value(), at(name), violations);
    }
    return wrongType(name, "a string");
  }

  Optional<Long> integer(String name, long least, long most) {
    JsonValue value = members.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof JsonNumber number)) {
      return wrongType(name, "an integer");
    }
    String literal = number.literal();
    if (!INTEGER.matcher(literal).matches()) {
      violations.add(
          at(name), "not-an-integer", "Must be an integer, without fraction or exponent.");
      return Optional.empty();
    }
    // Nineteen digits and a sign hold every long; what is longer is out of any range here.
    if (literal.length() <= 20) {
      BigDecimal exact = new BigDecimal(literal);
      if (exact.compareTo(BigDecimal.valueOf(least)) >= 0
          && exact.compareTo(BigDecimal.valueOf(most)) <= 0) {
        return Optional.of(exact.longValueExact());
      }
    }
    violations.add(at(name), "out-of-range", "Must be between " + least + " and " + most + ".");
    return Optional.empty();
  }

  Optional<FormObject> object(String name) {
    JsonValue value = members.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof JsonObject object) {
      return Optional.of(new FormObject(object, at(name), violations));
    }
    return wrongType(name, "an object");
  }

  /** Returns the objects of an array; elements of another kind are reported and left out. */
  Optional<List<FormObject>> objects(String name) {
    JsonValue value = members.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof JsonArray array)) {
      return wrongType(name, "an array");
    }
    List<FormObject> objects = new ArrayList<>();
    for (int i = 0; i < array.elements().size(); i++) {
      Pointer place = at(name).element(i);
      if (array.elements().get(i) instanceof JsonObject object) {
        objects.add(new FormObject(object, place, violations));
      } else {
        violations.add(place, "wrong-type", "Must be an object.");
      }
    }
    return Optional.of(objects);
  }

  Optional<JsonValue> value(String name) {
    return Optional.ofNullable(members.get(name));
  }

  Violations violations() {
    return violations;
  }

  int size(String arrayName) {
    return members.get(arrayName) instanceof JsonArray array ? array.elements().size() : 0;
  }

  void report(String name, String code, String detail) {
    violations.add(at(name), code, detail);
  }

  private <T> Optional<T> wrongType(String name, String expected) {
    violations.add(at(name), "wrong-type", "Must be " + expected + ".");
    return Optional.empty();
  }
}
