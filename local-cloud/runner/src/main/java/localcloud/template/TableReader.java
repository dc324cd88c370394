package localcloud.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import localcloud.model.TableSpec;

/** Tables, as the request that creates them. */
final class TableReader {
  private static final Set<String> VIEW_TYPES =
      Set.of("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES");

  private TableReader() {}

  static TableSpec read(Resource resource, Stack stack) {
    PropertyReader table = resource.props();
    String name = stack.nameOf(resource);
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("TableName", name);
    for (String property :
        new String[] {"AttributeDefinitions", "KeySchema", "ProvisionedThroughput"}) {
      table.tree(property).ifPresent(value -> request.set(property, PropertyReader.json(value)));
    }
    if (!table.has("KeySchema")) {
      throw new TemplateException(table.place(), table.path("KeySchema") + " is missing; add it");
    }
    String billing =
        table.oneOf("BillingMode", "PROVISIONED", Set.of("PROVISIONED", "PAY_PER_REQUEST"));
    request.put("BillingMode", billing);
    if (billing.equals("PROVISIONED") && !table.has("ProvisionedThroughput")) {
      throw new TemplateException(
          table.place("BillingMode"),
          table.owner()
              + " is PROVISIONED without ProvisionedThroughput; add it, or set BillingMode:"
              + " PAY_PER_REQUEST");
    }
    indexes(table, "GlobalSecondaryIndexes", request);
    indexes(table, "LocalSecondaryIndexes", request);
    checkAttributes(table, request);
    Optional<String> stream = stream(table);
    stream.ifPresent(
        type ->
            request
                .putObject("StreamSpecification")
                .put("StreamEnabled", true)
                .put("StreamViewType", type));
    PropertyReader ttl = table.below("TimeToLiveSpecification");
    Optional<String> expiry =
        ttl.bool("Enabled", false) ? Optional.of(ttl.required("AttributeName")) : Optional.empty();
    return new TableSpec(resource.logicalId(), name, request, stream, expiry);
  }

  /** Returns a table of SAM's short form: one key, paid by the request. */
  static TableSpec simple(Resource resource, Stack stack) {
    PropertyReader key = resource.props().below("PrimaryKey");
    String name = key.text("Name", "id");
    String type = key.oneOf("Type", "String", Set.of("Binary", "Number", "String"));
    ObjectNode request =
        JsonNodeFactory.instance
            .objectNode()
            .put("TableName", stack.nameOf(resource))
            .put("BillingMode", "PAY_PER_REQUEST");
    request
        .putArray("AttributeDefinitions")
        .addObject()
        .put("AttributeName", name)
        .put("AttributeType", type.substring(0, 1));
    request.putArray("KeySchema").addObject().put("AttributeName", name).put("KeyType", "HASH");
    return new TableSpec(
        resource.logicalId(), stack.nameOf(resource), request, Optional.empty(), Optional.empty());
  }

  private static Optional<String> stream(PropertyReader table) {
    if (!table.has("StreamSpecification")) {
      return Optional.empty();
    }
    PropertyReader stream = table.below("StreamSpecification");
    stream.required("StreamViewType");
    return Optional.of(stream.oneOf("StreamViewType", "", VIEW_TYPES));
  }

  private static void indexes(PropertyReader table, String property, ObjectNode request) {
    if (!table.has(property)) {
      return;
    }
    ArrayNode indexes = request.putArray(property);
    for (TemplateNode item : table.items(property)) {
      PropertyReader index = PropertyReader.of(table.path(property), item);
      ObjectNode json = indexes.addObject().put("IndexName", index.required("IndexName"));
      for (String part : new String[] {"KeySchema", "Projection", "ProvisionedThroughput"}) {
        index.tree(part).ifPresent(value -> json.set(part, PropertyReader.json(value)));
      }
      if (!json.has("KeySchema") || !json.has("Projection")) {
        throw new TemplateException(
            item.place(),
            index.owner()
                + " "
                + index.required("IndexName")
                + " needs a KeySchema and a Projection");
      }
    }
  }

  /** DynamoDB wants exactly the attributes that keys use. */
  private static void checkAttributes(PropertyReader table, JsonNode request) {
    Set<String> defined = new LinkedHashSet<>();
    request
        .path("AttributeDefinitions")
        .forEach(it -> defined.add(it.path("AttributeName").asText()));
    Set<String> used = new LinkedHashSet<>();
    request.path("KeySchema").forEach(it -> used.add(it.path("AttributeName").asText()));
    for (String kind : new String[] {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
      request
          .path(kind)
          .forEach(
              index ->
                  index
                      .path("KeySchema")
                      .forEach(it -> used.add(it.path("AttributeName").asText())));
    }
    for (String attribute : used) {
      if (!defined.contains(attribute)) {
        throw table.refuse(
            "AttributeDefinitions", "lacks " + attribute + ", which a key uses; define it");
      }
    }
    for (String attribute : defined) {
      if (!used.contains(attribute)) {
        throw table.refuse(
            "AttributeDefinitions", "defines " + attribute + ", which no key uses; remove it");
      }
    }
  }
}
