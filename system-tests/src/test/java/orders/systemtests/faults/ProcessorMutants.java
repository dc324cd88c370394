package orders.systemtests.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orders.domain.AppliedCommand;
import orders.domain.CommandId;
import orders.domain.Fingerprint;
import orders.domain.OrderCommand;
import orders.domain.OrderDecider;
import orders.domain.StoredOrder;
import orders.processor.OrderProcessorHandler;
import orders.processor.application.ApplyCommands;
import orders.processor.application.Delivery;
import orders.processor.aws.DynamoDbOrderRepository;
import orders.systemtests.chaos.StandIn;
import orders.wire.QueueMessage;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;

/** What stands in for the guards of the processor. */
final class ProcessorMutants {
  /** What a message contains that is to meet a defect. */
  static final String MARK = "MARKED";

  private ProcessorMutants() {}

  /** An insert replaces the order that is there. */
  public static final class InsertsOverWhatIsStored {
    private static final Pattern INSERT =
        Pattern.compile("INSERT INTO \"([^\"]+)\" VALUE \\{(.*)}");

    @StandIn(
        owner = DynamoDbClient.class,
        method = "batchExecuteStatement",
        callers = DynamoDbOrderRepository.class)
    public static BatchExecuteStatementResponse write(
        DynamoDbClient dynamoDb, Consumer<BatchExecuteStatementRequest.Builder> request) {
      for (BatchStatementRequest statement : Statements.of(request)) {
        Matcher insert = INSERT.matcher(statement.statement());
        if (insert.matches()) {
          int key = List.of(insert.group(2).split(", ")).indexOf("'orderId': ?");
          dynamoDb.deleteItem(
              gone ->
                  gone.tableName(insert.group(1))
                      .key(Map.of("orderId", statement.parameters().get(key))));
        }
      }
      return dynamoDb.batchExecuteStatement(request);
    }
  }

  /** An update replaces whatever version is there. */
  public static final class UpdatesAnyVersion {
    private static final Pattern CONDITION = Pattern.compile(" AND \"version\" = \\?");

    @StandIn(
        owner = DynamoDbClient.class,
        method = "batchExecuteStatement",
        callers = DynamoDbOrderRepository.class)
    public static BatchExecuteStatementResponse write(
        DynamoDbClient dynamoDb, Consumer<BatchExecuteStatementRequest.Builder> request) {
      return dynamoDb.batchExecuteStatement(
          Statements.changed(request, statement -> Statements.without(CONDITION, statement)));
    }
  }

  /** A command that was applied is applied again. */
  public static final class ForgetsCommandIds {
    private static final Pattern CONDITION =
        Pattern.compile(" AND \"history\"\\.\"[^\"]+\" IS MISSING");

    @StandIn(owner = StoredOrder.class, method = "applied", callers = OrderDecider.class)
    public static Optional<AppliedCommand> applied(StoredOrder stored, CommandId command) {
      return Optional.empty();
    }

    @StandIn(
        owner = DynamoDbClient.class,
        method = "batchExecuteStatement",
        callers = DynamoDbOrderRepository.class)
    public static BatchExecuteStatementResponse write(
        DynamoDbClient dynamoDb, Consumer<BatchExecuteStatementRequest.Builder> request) {
      return dynamoDb.batchExecuteStatement(
          Statements.changed(request, statement -> Statements.without(CONDITION, statement)));
    }
  }

  /** A command that changed nothing is forgotten, and applied when it is delivered again. */
  public static final class ForgetsIneffectiveCommands {
    @StandIn(owner = StoredOrder.class, method = "applied", callers = OrderDecider.class)
    public static Optional<AppliedCommand> applied(StoredOrder stored, CommandId command) {
      return stored.applied(command).filter(applied -> !stored.noOps().contains(applied));
    }
  }

  /** Any command with the id of an applied one counts as that one. */
  public static final class TakesAnyFingerprint {
    @StandIn(owner = Fingerprint.class, method = "equals", callers = OrderDecider.class)
    public static boolean equal(Fingerprint one, Object other) {
      return true;
    }
  }

  /** The queue is told that every message was finished. */
  public static final class ReportsNoFailure {
    @StandIn(
        owner = ApplyCommands.class,
        method = "applyAll",
        callers = OrderProcessorHandler.class)
    public static Set<String> applyAll(
        ApplyCommands useCase, List<Delivery> deliveries, ApplyCommands.TimeLimit limit) {
      useCase.applyAll(deliveries, limit);
      return Set.of();
    }
  }

  /** A message that is marked meets a defect. */
  public static final class HasADefect {
    @StandIn(owner = QueueMessage.class, method = "read")
    public static OrderCommand read(String body) {
      if (body.contains(MARK)) {
        throw new IllegalStateException("a defect");
      }
      return QueueMessage.read(body);
    }
  }

  /** A message that is marked ends the process. */
  public static final class Crashes {
    @StandIn(owner = QueueMessage.class, method = "read")
    public static OrderCommand read(String body) {
      if (body.contains(MARK)) {
        Runtime.getRuntime().halt(3);
      }
      return QueueMessage.read(body);
    }
  }

  /** Changes to the statements of a request. */
  private static final class Statements {
    static List<BatchStatementRequest> of(Consumer<BatchExecuteStatementRequest.Builder> request) {
      return BatchExecuteStatementRequest.builder().applyMutation(request).build().statements();
    }

    static Consumer<BatchExecuteStatementRequest.Builder> changed(
        Consumer<BatchExecuteStatementRequest.Builder> request,
        UnaryOperator<BatchStatementRequest> change) {
      List<BatchStatementRequest> statements = of(request).stream().map(change).toList();
      return batch -> batch.applyMutation(request).statements(statements);
    }

    /** Returns an update without a condition and its parameters, and any other statement as is. */
    static BatchStatementRequest without(Pattern condition, BatchStatementRequest statement) {
      if (!statement.statement().startsWith("UPDATE ")) {
        return statement;
      }
      Matcher found = condition.matcher(statement.statement());
      if (!found.find()) {
        throw new IllegalStateException("no " + condition + " in " + statement.statement());
      }
      List<AttributeValue> parameters = new ArrayList<>(statement.parameters());
      int before = count(statement.statement().substring(0, found.start()));
      parameters.subList(before, before + count(found.group())).clear();
      return statement.toBuilder().statement(found.replaceFirst("")).parameters(parameters).build();
    }

    private static int count(String text) {
      return Math.toIntExact(text.chars().filter(c -> c == '?').count());
    }
  }
}
