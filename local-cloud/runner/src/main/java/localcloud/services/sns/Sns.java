package localcloud.services.sns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import localcloud.functions.FunctionInvoker;
import localcloud.model.SubscriptionSpec;
import localcloud.model.TopicSpec;
import localcloud.services.FaultRule;
import localcloud.services.Hooks;
import localcloud.services.RequestInterceptor;
import localcloud.services.Service;
import localcloud.services.ServiceCall;
import localcloud.wire.Headers;
import localcloud.wire.Request;
import localcloud.wire.Response;
import localcloud.wire.WireHandler;
import localcloud.wire.WireServer;

/**
 * A small SNS on 127.0.0.1 that the AWS CLI and SDKs use unchanged. A publish that it accepts is
 * delivered to every subscription that wants it, at least once, or dead-lettered; with a folder,
 * also across a killed process.
 */
public final class Sns implements AutoCloseable {
  private static final WireServer.Limits LIMITS =
      new WireServer.Limits(
          32 * 1024, 4L * 1024 * 1024, Duration.ofMinutes(5), Duration.ofSeconds(30));
  private static final String NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/";

  private final WireServer server;
  private final SnsState state;
  private final Deliveries deliveries;
  private final PublishedLog published;
  private final SnsActions actions;

  /**
   * Serves at once.
   *
   * @param socket from {@link WireServer#bind}
   * @param sqsPort the public SQS port, where queues are delivered to
   * @param functions invoked by subscriptions of protocol lambda
   * @param data folder to keep topics, subscriptions and unfinished deliveries in; empty for in
   *     memory
   */
  public Sns(
      ServerSocket socket, int sqsPort, FunctionInvoker functions, Hooks hooks, Optional<Path> data)
      throws IOException {
    this(
        socket,
        sqsPort,
        functions,
        hooks,
        data,
        RetryDelays.OF_AWS_ENDPOINTS,
        RetryDelays.OF_HTTP_ENDPOINTS);
  }

  Sns(
      ServerSocket socket,
      int sqsPort,
      FunctionInvoker functions,
      Hooks hooks,
      Optional<Path> data,
      RetryDelays awsDelays,
      RetryDelays httpDelays)
      throws IOException {
    this.state = new SnsState(data);
    this.server = new WireServer(socket, LIMITS);
    var spool = new DeliveryStore(data);
    this.deliveries =
        new Deliveries(
            state,
            spool,
            sqsPort,
            functions,
            hooks.journal(),
            server.port(),
            awsDelays,
            httpDelays);
    this.published = new PublishedLog(data, state.topics());
    this.actions = new SnsActions(state, deliveries, new Publishing(Clock.systemUTC()), published);
    var gate = new RequestInterceptor(Service.SNS, hooks);
    // What is owed comes before what is published from now on.
    deliveries.resume(spool.left());
    server.serve("sns", handler(gate));
  }

  private WireHandler handler(RequestInterceptor gate) {
    var carrier =
        new RequestInterceptor.Carrier() {
          @Override
          public Response carryOut(ServiceCall call, Request request) {
            return answer(request, Optional.empty());
          }

          @Override
          public Response carryOutWith(FaultRule fault, ServiceCall call, Request request) {
            return answer(request, Optional.of(fault));
          }
        };
    return new WireHandler() {
      @Override
      public Response handle(Request request) throws InterruptedException {
        return gate.pass(request, carrier);
      }

      @Override
      public boolean accepts() {
        return gate.acceptsConnections();
      }
    };
  }

  public int port() {
    return server.port();
  }

  /**
   * Makes the template's topics and subscriptions; those that are there are brought up to date.
   *
   * @throws IOException if one is wrong, naming it
   */
  public void provision(List<TopicSpec> topics, List<SubscriptionSpec> subscriptions)
      throws IOException {
    synchronized (state) {
      for (TopicSpec spec : topics) {
        var topic = state.topics().computeIfAbsent(spec.arn(), arn -> new Topic(spec.name()));
        if (spec.fifo()) {
          topic.attributes().put("FifoTopic", "true");
          topic
              .attributes()
              .put("ContentBasedDeduplication", String.valueOf(spec.contentBasedDeduplication()));
          topic
              .attributes()
              .put("FifoThroughputScope", spec.deduplicatesByGroup() ? "MessageGroup" : "Topic");
        }
      }
      for (SubscriptionSpec spec : subscriptions) {
        try {
          subscribe(spec);
        } catch (SnsException wrong) {
          throw new IOException(
              "subscription of " + spec.endpoint() + ": " + wrong.getMessage(), wrong);
        }
      }
      state.save();
    }
  }

  private void subscribe(SubscriptionSpec spec) throws SnsException {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("FilterPolicyScope", spec.filterPolicyScope());
    attributes.put("FilterPolicy", spec.filterPolicy().map(Object::toString).orElse(""));
    attributes.put("RawMessageDelivery", String.valueOf(spec.rawMessageDelivery()));
    attributes.put(
        "RedrivePolicy",
        spec.deadLetterTargetArn()
            .map(arn -> "{\"deadLetterTargetArn\":\"" + arn + "\"}")
            .orElse(""));
    var topic = state.topic(spec.topicArn());
    if (actions.find(topic, spec.protocol(), spec.endpoint()).isEmpty()) {
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("TopicArn", spec.topicArn());
      fields.put("Protocol", spec.protocol());
      fields.put("Endpoint", spec.endpoint());
      actions.carryOut("Subscribe", new Form(fields), Optional.empty());
    }
    var subscription = actions.find(topic, spec.protocol(), spec.endpoint()).orElseThrow();
    // The filter goes out before its scope changes: the old one need not fit the new scope.
    subscription.set("FilterPolicy", "");
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      subscription.set(attribute.getKey(), attribute.getValue());
    }
  }

  private Response answer(Request request, Optional<FaultRule> fault) {
    Map<String, String> fields = new LinkedHashMap<>();
    read(request.query(), fields);
    read(new String(request.body(), StandardCharsets.UTF_8), fields);
    var form = new Form(fields);
    String action = form.get("Action").orElse("");
    try {
      var result = actions.carryOut(action, form, fault);
      String requestId = UUID.randomUUID().toString();
      String body =
          "<"
              + action
              + "Response xmlns=\""
              + NAMESPACE
              + "\"><"
              + action
              + "Result>"
              + result
              + "</"
              + action
              + "Result><ResponseMetadata><RequestId>"
              + requestId
              + "</RequestId></ResponseMetadata></"
              + action
              + "Response>";
      return xml(200, requestId, body);
    } catch (SnsException refused) {
      return refusal(refused);
    } catch (UncheckedIOException notKept) {
      return refusal(
          new SnsException(
              500, "InternalError", "it could not be written down: " + notKept.getMessage()));
    }
  }

  private static Response refusal(SnsException refused) {
    String requestId = UUID.randomUUID().toString();
    var error =
        new Xml()
            .open("ErrorResponse xmlns=\"" + NAMESPACE + "\"")
            .open("Error")
            .element("Type", refused.status() < 500 ? "Sender" : "Receiver")
            .element("Code", refused.code())
            .element("Message", String.valueOf(refused.getMessage()))
            .close()
            .element("RequestId", requestId)
            .close();
    return xml(refused.status(), requestId, error.toString());
  }

  private static Response xml(int status, String requestId, String body) {
    var headers = new Headers().add("x-amzn-RequestId", requestId).add("Content-Type", "text/xml");
    return new Response(status, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void read(String text, Map<String, String> fields) {
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        try {
          fields.put(
              URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException malformed) {
          // As if it were not there: the action that needs it says that it is missing.
        }
      }
    }
  }

  @Override
  public void close() {
    server.close();
    deliveries.close();
    published.close();
  }
}
