package localcloud.services.sqs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import localcloud.model.QueueSpec;
import localcloud.services.ServiceCall;
import localcloud.services.ServiceExtension;
import localcloud.wire.Request;
import localcloud.wire.Response;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * What SQS does and ElasticMQ does not: limits of a message's size, deduplication by message group,
 * message move tasks of all queues, and the attributes that say so. It knows SQS's JSON protocol;
 * the older query protocol passes as it is. Safe for use by many threads.
 */
public final class SqsExtension implements ServiceExtension, AutoCloseable {
  private final KnownAttributes attributes;
  private final MoveTasks moveTasks;

  /**
   * @param queues the template's; others tell their attributes when they are made
   * @param client of the front, for move tasks
   */
  public SqsExtension(List<QueueSpec> queues, Supplier<SqsClient> client) {
    this.attributes = new KnownAttributes(queues);
    this.moveTasks = new MoveTasks(client);
  }

  @Override
  public Response carryOut(ServiceCall call, Request request, Function<Request, Response> service) {
    if (request.headers().first("X-Amz-Target").isEmpty()) {
      return service.apply(request);
    }
    return switch (call.action()) {
      case "SendMessage" -> send(call.resource(), request, service);
      case "SendMessageBatch" -> sendBatch(call.resource(), request, service);
      case "ReceiveMessage" ->
          call.resource().endsWith(".fifo")
              ? GroupDeduplication.unmarked(service.apply(request))
              : service.apply(request);
      case "CreateQueue" -> createQueue(request, service);
      case "SetQueueAttributes" -> setAttributes(call.resource(), request, service);
      case "GetQueueAttributes" -> getAttributes(call.resource(), request, service);
      case "DeleteQueue" -> deleteQueue(call.resource(), request, service);
      case "StartMessageMoveTask" -> moveTasks.start(SqsAnswers.read(request.body()));
      case "ListMessageMoveTasks" -> moveTasks.list(SqsAnswers.read(request.body()));
      case "CancelMessageMoveTask" -> moveTasks.cancel(SqsAnswers.read(request.body()));
      default -> service.apply(request);
    };
  }

  private Response send(String queue, Request request, Function<Request, Response> service) {
    int limit = attributes.maximumMessageSize(queue);
    boolean byGroup = attributes.deduplicatesByGroup(queue);
    if (!byGroup && !MessageSize.mayExceed(request, limit)) {
      return service.apply(request);
    }
    ObjectNode message = SqsAnswers.read(request.body());
    var refused = MessageSize.refused(message, limit);
    if (refused.isPresent()) {
      return refused.get();
    }
    if (!byGroup) {
      return service.apply(request);
    }
    return GroupDeduplication.mark(message, attributes.deduplicatesByContent(queue))
        .map(SqsAnswers::invalidParameter)
        .orElseGet(() -> service.apply(SqsAnswers.with(request, message)));
  }

  private Response sendBatch(String queue, Request request, Function<Request, Response> service) {
    int limit = attributes.maximumMessageSize(queue);
    Request marked = request;
    if (attributes.deduplicatesByGroup(queue)) {
      ObjectNode batch = SqsAnswers.read(request.body());
      for (JsonNode entry : batch.path("Entries")) {
        if (entry instanceof ObjectNode message) {
          Optional<String> wrong =
              GroupDeduplication.mark(message, attributes.deduplicatesByContent(queue));
          if (wrong.isPresent()) {
            return SqsAnswers.invalidParameter(wrong.get());
          }
        }
      }
      marked = SqsAnswers.with(request, batch);
    }
    return MessageSize.mayExceed(request, limit)
        ? MessageSize.ofBatch(SqsAnswers.read(marked.body()), limit, marked, service)
        : service.apply(marked);
  }

  private Response createQueue(Request request, Function<Request, Response> service) {
    String queue = SqsAnswers.read(request.body()).path("QueueName").asText();
    return setAttributes(queue, request, service);
  }

  private Response setAttributes(
      String queue, Request request, Function<Request, Response> service) {
    ObjectNode asked = SqsAnswers.read(request.body());
    JsonNode wanted = asked.path("Attributes").deepCopy();
    Optional<String> wrong = attributes.wrong(queue, wanted);
    if (wrong.isPresent()) {
      return SqsAnswers.invalidAttribute(wrong.get());
    }
    if (asked.path("Attributes") instanceof ObjectNode all) {
      KnownAttributes.takeOut(all);
    }
    Response answer = service.apply(SqsAnswers.with(request, asked));
    if (answer.status() == 200) {
      attributes.remember(queue, wanted);
    }
    return answer;
  }

  private Response getAttributes(
      String queue, Request request, Function<Request, Response> service) {
    ObjectNode asked = SqsAnswers.read(request.body());
    Set<String> names = new TreeSet<>();
    asked.path("AttributeNames").forEach(name -> names.add(name.asText()));
    if (!KnownAttributes.anyOf(names)) {
      return service.apply(request);
    }
    // One more, so that there is one to ask for: a queue that is not there must say so.
    ArrayNode others = asked.putArray("AttributeNames").add("QueueArn");
    names.stream()
        .filter(name -> !KnownAttributes.anyOf(Set.of(name)) || name.equals("All"))
        .forEach(others::add);
    Response answer = service.apply(SqsAnswers.with(request, asked));
    if (answer.status() != 200) {
      return answer;
    }
    ObjectNode told = SqsAnswers.read(answer.body());
    ObjectNode all = told.withObject("/Attributes");
    attributes.tell(queue, names, all);
    if (!names.contains("All") && !names.contains("QueueArn")) {
      all.remove("QueueArn");
    }
    return SqsAnswers.ok(told);
  }

  private Response deleteQueue(String queue, Request request, Function<Request, Response> service) {
    Response answer = service.apply(request);
    if (answer.status() == 200) {
      attributes.forget(queue);
    }
    return answer;
  }

  @Override
  public void close() {
    moveTasks.close();
  }
}
