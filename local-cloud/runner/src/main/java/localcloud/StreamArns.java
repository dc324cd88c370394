package localcloud;

import java.util.LinkedHashMap;
import java.util.Map;
import localcloud.model.StackSpec;
import localcloud.model.TableSpec;
import localcloud.template.Template;

/** Puts the streams' real ARNs, which end in the time they were made, where outputs name them. */
final class StreamArns {
  private final StackSpec stack;
  private final Clients clients;

  StreamArns(StackSpec stack, Clients clients) {
    this.stack = stack;
    this.clients = clients;
  }

  Map<String, String> in(Map<String, String> outputs) {
    Map<String, String> real = new LinkedHashMap<>(outputs);
    for (TableSpec table : stack.tables()) {
      String placeholder = Template.streamArn(table.name());
      if (outputs.values().stream().anyMatch(it -> it.contains(placeholder))) {
        String arn =
            clients
                .dynamoDb()
                .describeTable(describe -> describe.tableName(table.name()))
                .table()
                .latestStreamArn();
        real.replaceAll((name, value) -> value.replace(placeholder, arn));
      }
    }
    return real;
  }
}
