package localcloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import localcloud.control.EmbeddedMetrics;
import localcloud.control.Instance;
import localcloud.functions.WorkerInfo;
import localcloud.journal.Journal;

/** A running template as the control API asks it. */
final class ControlledInstance implements Instance {
  private final ObjectMapper json = new ObjectMapper();
  private final LocalCloud cloud;

  ControlledInstance(LocalCloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public Map<String, String> outputs() {
    return cloud.outputs();
  }

  @Override
  public Map<String, String> addresses() {
    Map<String, String> texts = new LinkedHashMap<>();
    cloud.addresses().forEach((name, uri) -> texts.put(name, uri.toString()));
    return texts;
  }

  @Override
  public String token(String subject, Set<String> scopes, Duration validity) {
    return cloud.token(subject, scopes, validity);
  }

  @Override
  public Set<String> scopes() {
    return cloud.scopes();
  }

  @Override
  public List<WorkerInfo> workers() {
    return cloud.workers();
  }

  @Override
  public boolean kill(long pid) {
    return cloud.kill(pid);
  }

  @Override
  public Map<String, Long> processes() {
    return cloud.processes();
  }

  @Override
  public void redeploy(String function, Optional<Path> code) {
    if (cloud.functions().find(function).isEmpty()) {
      throw new IllegalArgumentException("the template has no function " + function);
    }
    cloud.functions().redeploy(function, code);
  }

  @Override
  public Journal journal() {
    return cloud.journal();
  }

  @Override
  public EmbeddedMetrics metrics() {
    return cloud.metrics();
  }

  @Override
  public JsonNode serviceCalls() {
    return json.valueToTree(cloud.counts().snapshot());
  }

  @Override
  public void resetServiceCalls() {
    cloud.counts().reset();
  }

  @Override
  public JsonNode faults() {
    return cloud.faults().toJson();
  }

  @Override
  public void faults(JsonNode wanted) {
    cloud.faults().set(wanted);
  }

  @Override
  public void clearFaults() {
    cloud.faults().clear();
  }

  @Override
  public List<QueueState> queues() {
    return cloud.queues();
  }

  @Override
  public int redrive(String queueName, Optional<String> messageId) {
    return cloud.templateQueues().redrive(queueName, messageId);
  }

  @Override
  public List<Letter> deadLetters(String queueName) {
    return cloud.templateQueues().deadLetters(queueName);
  }

  @Override
  public String send(String queueName, String body, Optional<String> group) {
    return cloud.templateQueues().send(queueName, body, group);
  }
}
