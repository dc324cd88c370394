package orders.proof.faults;

import java.util.List;
import orders.proof.chaos.Pipeline;
import orders.proof.chaos.Workshop.Edit;
import orders.proof.checker.Rule;

/**
 * Each line of the guards' table: where it stands, what is there without it, and who would say so.
 */
enum Guard {
  INSERT_CONDITION(
      Pipeline.PROCESSOR,
      Rule.HEEDED,
      new Edit(
          Sources.REPOSITORY,
          "Fields item = OrderItem.of(order);",
          "Fields item = OrderItem.of(order); dynamoDb.deleteItem(gone ->"
              + " gone.tableName(table).key(key(order.order().id())));")),

  VERSION_CONDITION(
      Pipeline.PROCESSOR,
      Rule.HISTORY,
      new Edit(
          Sources.REPOSITORY,
          "statement.append(\" AND \\\"\").append(OrderItem.VERSION).append(\"\\\" = ?\");",
          ""),
      new Edit(
          Sources.REPOSITORY,
          "parameters.add(AttributeValue.fromN(Long.toString(update.versionBefore())));",
          "")),

  COMMAND_ID_IN_THE_HISTORY(
      Pipeline.PROCESSOR,
      Rule.ANNOUNCED,
      new Edit(Sources.DECIDER, "stored.applied(command.commandId());", "Optional.empty();"),
      new Edit(
          Sources.REPOSITORY,
          "statement.append(\" AND \").append(entry).append(\" IS MISSING\");",
          "")),

  FINGERPRINT(
      Pipeline.PROCESSOR,
      Rule.MONEY,
      new Edit(
          Sources.DECIDER,
          "earlier.get().fingerprint().equals(command.header().fingerprint())",
          "true")),

  PARTIAL_FAILURE_REPORT(
      Pipeline.PROCESSOR,
      Rule.KEPT,
      new Edit(
          "order-function/src/main/java/orders/function/PartialBatchResponse.java",
          "for (String identifier : unfinished) {",
          "for (String identifier : java.util.List.<String>of()) {")),

  STOP_AT_THE_FIRST_FAILURE(
      Pipeline.NOTIFIER,
      Rule.IN_ORDER,
      new Edit(Sources.PUBLISH, "return failed;", "firstFailed = firstFailed.or(() -> failed);"),
      new Edit(
          Sources.PUBLISH,
          "Optional<StreamRecord> unreadable = announce(records, open);",
          "Optional<StreamRecord> unreadable = announce(records, open);"
              + " Optional<String> firstFailed = Optional.empty();"),
      new Edit(
          Sources.PUBLISH,
          "return unreadable.map(StreamRecord::sequenceNumber);",
          "return firstFailed.or(() -> unreadable.map(StreamRecord::sequenceNumber));")),

  PER_ENTRY_PUBLISH_CHECK(
      Pipeline.NOTIFIER,
      Rule.ANNOUNCED,
      new Edit(
          "order-notifier/src/main/java/orders/notifier/aws/SnsEventPublisher.java",
          "new Answer.Failed(\"topic: \" + entry.code())",
          "new Answer.Published(entry.id())")),

  IDEMPOTENCY_KEY(
      Pipeline.API,
      Rule.ONE_ORDER,
      new Edit(
          "order-api/src/main/java/orders/api/application/Idempotent.java",
          "case Claim.Reused() -> new Execution.Reused<>();",
          "case Claim.Reused() -> work.apply(acceptance)"
              + " instanceof Work.Keep<R>(var answer, boolean replayed)"
              + " ? new Execution.Answered<>(answer, replayed) : new Execution.Reused<>();")),

  DERIVED_ID(
      Pipeline.API,
      Rule.UNASKED,
      new Edit(
          "order-domain/src/main/java/orders/domain/OrderId.java",
          "Uuids.derive(\"order\", caller.value(), route, key)",
          "UUID.randomUUID()"));

  private final String function;
  private final Rule broken;

  @SuppressWarnings("ImmutableEnumChecker") // A copy that cannot change.
  private final List<Edit> removal;

  Guard(String function, Rule broken, Edit... removal) {
    this.function = function;
    this.broken = broken;
    this.removal = List.of(removal);
  }

  /** Returns the function that it is a part of, by its logical id. */
  String function() {
    return function;
  }

  /** Returns the rule that the pipeline breaks without it. */
  Rule broken() {
    return broken;
  }

  /** Returns what takes it out of the sources. */
  List<Edit> removal() {
    return removal;
  }

  private static final class Sources {
    static final String REPOSITORY =
        "order-processor/src/main/java/orders/processor/aws/DynamoDbOrderRepository.java";
    static final String DECIDER = "order-domain/src/main/java/orders/domain/OrderDecider.java";
    static final String PUBLISH =
        "order-notifier/src/main/java/orders/notifier/application/PublishChanges.java";
  }
}
