package orders.api.form;

import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import orders.api.http.Caller;
import orders.api.http.Problem;
import orders.api.http.ProblemType;
import orders.api.http.Violation.Pointer;
import orders.api.json.JsonValue;
import orders.api.json.JsonValue.JsonNull;
import orders.api.json.JsonValue.JsonNumber;
import orders.api.json.JsonValue.JsonObject;
import orders.api.json.JsonValue.JsonString;

/** Reads the operation envelope. */
public final class OperationParser {
  /** Where an update has what is to be changed. */
  public static final Pointer CHANGES = Pointer.ROOT.member("payload").member("Changes");

  private static final List<String> OPERATIONS =
      List.of("create", "read", "update", "delete", "list", "echo", "ping");

  /** What a DynamoDB call takes and this API never passes on. */
  private static final Set<String> RAW =
      Set.of(
          "AttributeUpdates",
          "AttributesToGet",
          "ConditionExpression",
          "ConditionalOperator",
          "Expected",
          "ExpressionAttributeNames",
          "ExpressionAttributeValues",
          "FilterExpression",
          "IndexName",
          "KeyConditionExpression",
          "KeyConditions",
          "ProjectionExpression",
          "QueryFilter",
          "ScanFilter",
          "Statement",
          "TableName",
          "UpdateExpression");

  /** An id that a caller gave, or an order id. */
  private static final TextRule ID = TextRule.REFERENCE;

  private final Set<String> tableNames;
  private final Currency defaultCurrency;

  /**
   * Makes a reader.
   *
   * @param tableAlias what the table may be called, beside {@code orders}
   * @param defaultCurrency of the short form, which names none
   */
  public OperationParser(String tableAlias, Currency defaultCurrency) {
    this.tableNames = new TreeSet<>(Set.of("orders"));
    this.tableNames.add(tableAlias);
    this.defaultCurrency = defaultCurrency;
  }

  /** Reads an envelope. */
  public Parsed<Operation> read(JsonObject body, Caller caller) {
    Violations violations = new Violations();
    FormObject envelope = new FormObject(body, Pointer.ROOT, violations);
    rawOrUnknown(envelope, Set.of("operation", "tableName", "payload"));
    envelope.require("operation");
    String operation = operation(envelope);
    checkTable(envelope, operation);
    if (operation.equals("ping") || operation.equals("echo") || operation.isEmpty()) {
      Operation done =
          operation.equals("echo")
              ? new Operation.Echo(envelope.value("payload").orElse(new JsonNull()))
              : new Operation.Ping();
      return result(violations, ProblemType.INVALID_OPERATION, Optional.of(done));
    }
    if (operation.equals("list") && !envelope.has("payload")) {
      return list(envelope, new JsonObject(Map.of()), caller);
    }
    envelope.require("payload");
    Optional<FormObject> payload = envelope.object("payload");
    if (payload.isEmpty()) {
      return result(violations, ProblemType.INVALID_OPERATION, Optional.empty());
    }
    return switch (operation) {
      case "create" -> create(payload.get(), caller);
      case "read" -> {
        rawOrUnknown(payload.get(), Set.of("Key"));
        yield result(
            violations, ProblemType.INVALID_OPERATION, id(payload.get()).map(Operation.Read::new));
      }
      case "update" -> update(payload.get());
      case "delete" -> {
        rawOrUnknown(payload.get(), Set.of("Key"));
        yield result(
            violations,
            ProblemType.INVALID_OPERATION,
            id(payload.get()).map(Operation.Delete::new));
      }
      default -> list(envelope, (JsonObject) envelope.value("payload").orElseThrow(), caller);
    };
  }

  private static String operation(FormObject envelope) {
    Optional<String> sent = envelope.text("operation", new TextRule(0, 200, TextRule.Kind.LINE));
    if (sent.isPresent() && !OPERATIONS.contains(sent.get())) {
      envelope.report(
          "operation",
          "unknown-operation",
          "Must be one of: " + String.join(", ", OPERATIONS) + ".");
      return "";
    }
    return sent.orElse("");
  }

  private void checkTable(FormObject envelope, String operation) {
    Optional<String> table = envelope.text("tableName", new TextRule(0, 255, TextRule.Kind.LINE));
    if (table.isPresent() && !tableNames.contains(table.get())) {
      envelope.report(
          "tableName", "unknown-table", "Must be one of: " + String.join(", ", tableNames) + ".");
    } else if (!operation.isEmpty() && !operation.equals("echo") && !operation.equals("ping")) {
      envelope.require("tableName");
    }
  }

  private Parsed<Operation> create(FormObject payload, Caller caller) {
    rawOrUnknown(payload, Set.of("Item"));
    payload.require("Item");
    Optional<FormObject> item = payload.object("Item");
    // What is wrong around the item names the problem; what is wrong in it only if nothing else is.
    boolean wrongAround = !payload.violations().isEmpty();
    Optional<Operation> create = item.flatMap(sent -> item(sent, caller));
    return result(
        payload.violations(),
        wrongAround ? ProblemType.INVALID_OPERATION : ProblemType.INVALID_ORDER,
        create);
  }

  private Optional<Operation> item(FormObject item, Caller caller) {
    if (!ShortFormParser.isUsedBy(item)) {
      return PlaceOrderParser.read(item, caller)
          .map(form -> new Operation.Create(form, Optional.empty()));
    }
    return ShortFormParser.read(item, caller, defaultCurrency)
        .map(form -> new Operation.Create(form, Optional.ofNullable(form.contents().reference())));
  }

  private static Parsed<Operation> update(FormObject payload) {
    Violations violations = payload.violations();
    rawOrUnknown(payload, Set.of("Key", "Changes", "version"));
    Optional<String> id = id(payload);
    Optional<Long> version = payload.integer("version", 0, Long.MAX_VALUE);
    payload.require("Changes");
    Optional<FormObject> changes = payload.object("Changes");
    boolean wrongAround = !violations.isEmpty();
    Optional<AmendmentParser> form = changes.flatMap(AmendmentParser::read);
    return result(
        violations,
        wrongAround ? ProblemType.INVALID_OPERATION : ProblemType.INVALID_ORDER,
        form.flatMap(patch -> id.map(key -> new Operation.Update(key, patch, version))));
  }

  private static Optional<String> id(FormObject payload) {
    payload.require("Key");
    Optional<FormObject> key = payload.object("Key");
    if (key.isEmpty()) {
      return Optional.empty();
    }
    key.get().allow(Set.of("id"));
    key.get().require("id");
    return key.get().text("id", ID);
  }

  private static Parsed<Operation> list(FormObject envelope, JsonObject payload, Caller caller) {
    Violations violations = envelope.violations();
    Pointer at = envelope.at("payload");
    for (String name : payload.members().keySet()) {
      if (RAW.contains(name)) {
        reportRaw(violations, at.member(name));
      }
    }
    if (!violations.isEmpty()) {
      return result(violations, ProblemType.INVALID_OPERATION, Optional.empty());
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonValue> member : payload.members().entrySet()) {
      String name = member.getKey();
      if (!ListQueryParser.NAMES.contains(name)) {
        violations.add(at.member(name), "unknown-parameter", "Unknown parameter. Remove it.");
      } else if (member.getValue() instanceof JsonString text) {
        values.put(name, text.value());
      } else if (name.equals("limit") && member.getValue() instanceof JsonNumber number) {
        values.put(name, number.literal());
      } else {
        violations.add(at.member(name), "wrong-type", "Must be a string.");
      }
    }
    return switch (ListQueryParser.read(values, violations, at::member, caller)) {
      case Parsed.Valid<ListQueryParser>(ListQueryParser form) ->
          new Parsed.Valid<>(new Operation.Page(form));
      case Parsed.Invalid<ListQueryParser>(Problem problem) -> new Parsed.Invalid<>(problem);
    };
  }

  private static void rawOrUnknown(FormObject object, Set<String> allowed) {
    for (String name : object.names()) {
      if (RAW.contains(name)) {
        reportRaw(object.violations(), object.at(name));
      } else if (!allowed.contains(name)) {
        object.report(name, "unknown-field", "Unknown field. Remove it.");
      }
    }
  }

  private static void reportRaw(Violations violations, Pointer at) {
    violations.add(at, "raw-expression", "Raw table expressions are not supported. Remove it.");
  }

  private static Parsed<Operation> result(
      Violations violations, ProblemType type, Optional<Operation> operation) {
    return violations.isEmpty() && operation.isPresent()
        ? new Parsed.Valid<>(operation.get())
        : new Parsed.Invalid<>(violations.toProblem(type));
  }
}
