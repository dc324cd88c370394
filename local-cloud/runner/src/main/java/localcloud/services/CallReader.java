package localcloud.services;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import localcloud.model.Arns;
import localcloud.services.ServiceCall.Access;
import localcloud.wire.Request;
import org.jspecify.annotations.Nullable;

/**
 * Tells from a request who calls what on which resource, without reading more of it than needed.
 */
final class CallReader {
  private static final JsonFactory JSON = new JsonFactory();

  /** A PartiQL statement's table and index: {@code INSERT INTO "Orders"}, {@code "Orders"."ix"}. */
  private static final Pattern PARTIQL =
      Pattern.compile(
          "^\\s*(INSERT\\s+INTO|UPDATE|DELETE\\s+FROM|SELECT\\b.*?\\bFROM|EXISTS\\b.*?\\bFROM)\\s+"
              + "\"?([A-Za-z0-9_.-]+)\"?(?:\\.\"?([A-Za-z0-9_.-]+)\"?)?",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private CallReader() {}

  /** Returns what is asked; a request that cannot be read has an empty action. */
  static ServiceCall read(Service service, Request request) {
    String caller = callerOf(request);
    String target = request.headers().first("X-Amz-Target").orElse("");
    if (target.isEmpty()) {
      return ofForm(service, caller, formOf(request));
    }
    String action = target.substring(target.indexOf('.') + 1);
    var seen = new Seen();
    try (JsonParser json = JSON.createParser(request.body())) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        seen.readTop(json);
      }
    } catch (IOException malformed) {
      // The service will say so.
    }
    return service == Service.DYNAMODB
        ? dynamoDb(caller, action, seen)
        : queue(service, caller, action, seen.queueUrl);
  }

  /** Returns the access key id of SigV4's {@code Credential}; empty if the request has none. */
  static String callerOf(Request request) {
    String authorization = request.headers().first("Authorization").orElse("");
    int start = authorization.indexOf("Credential=");
    String text = authorization;
    if (start < 0) {
      text = request.query();
      start = text.indexOf("X-Amz-Credential=");
      if (start < 0) {
        return "";
      }
      start += "X-Amz-".length();
    }
    start += "Credential=".length();
    int end = start;
    while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
      end++;
    }
    return text.substring(start, end);
  }

  /** Reads a form of the query protocol, from the body or the query. */
  static Map<String, String> formOf(Request request) {
    Map<String, String> form = new LinkedHashMap<>();
    readForm(request.query(), form);
    readForm(new String(request.body(), StandardCharsets.UTF_8), form);
    return form;
  }

  private static void readForm(String text, Map<String, String> form) {
    if (text.isEmpty()) {
      return;
    }
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        try {
          form.put(
              URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException malformed) {
          // As if it were not there: the action that needs it says that it is missing.
        }
      }
    }
  }

  /** Returns a form's text without its encoding, as far as it can be decoded. */
  static String readable(String form) {
    try {
      return URLDecoder.decode(form, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException cutOff) {
      return form;
    }
  }

  static ServiceCall ofForm(Service service, String caller, Map<String, String> form) {
    String action = form.getOrDefault("Action", "");
    if (service == Service.SNS) {
      String arn =
          form.getOrDefault(
              "TopicArn",
              form.getOrDefault(
                  "TargetArn",
                  form.getOrDefault(
                      "ResourceArn", topicOf(form.getOrDefault("SubscriptionArn", "")))));
      if (action.equals("CreateTopic")) {
        arn = Arns.topic(form.getOrDefault("Name", ""));
      }
      String checked = action.equals("PublishBatch") ? "Publish" : action;
      return new ServiceCall(
          service,
          caller,
          action,
          arn.isEmpty() ? "" : Arns.nameOf(arn),
          List.of(new Access("sns:" + checked, arn.isEmpty() ? "*" : arn)),
          false);
    }
    return queue(service, caller, action, form.getOrDefault("QueueUrl", ""));
  }

  private static String topicOf(String subscriptionArn) {
    return subscriptionArn.isEmpty()
        ? ""
        : subscriptionArn.substring(0, Math.max(0, subscriptionArn.lastIndexOf(':')));
  }

  private static ServiceCall queue(Service service, String caller, String action, String queueUrl) {
    String name = queueUrl.substring(queueUrl.lastIndexOf('/') + 1);
    String checked =
        switch (action) {
          case "SendMessageBatch" -> "SendMessage";
          case "DeleteMessageBatch" -> "DeleteMessage";
          case "ChangeMessageVisibilityBatch" -> "ChangeMessageVisibility";
          default -> action;
        };
    return new ServiceCall(
        service,
        caller,
        action,
        name,
        List.of(new Access("sqs:" + checked, name.isEmpty() ? "*" : Arns.queue(name))),
        false);
  }

  private static ServiceCall dynamoDb(String caller, String action, Seen seen) {
    List<Access> accesses = new ArrayList<>(2);
    String resource = seen.table;
    if (!seen.statements.isEmpty()) {
      for (String statement : seen.statements) {
        Matcher matcher = PARTIQL.matcher(statement);
        if (matcher.find()) {
          String table = matcher.group(2);
          String index = matcher.group(3);
          resource = resource.isEmpty() ? table : resource;
          addOnce(
              accesses, new Access("dynamodb:PartiQL" + verb(matcher.group(1)), arn(table, index)));
        }
      }
    } else if (!seen.parts.isEmpty()) {
      resource = seen.parts.getFirst().resource();
      for (Access part : seen.parts) {
        String name = part.action().isEmpty() ? action : part.action();
        addOnce(accesses, new Access("dynamodb:" + name, arn(part.resource(), null)));
      }
    } else if (!seen.stream.isEmpty()) {
      accesses.add(new Access("dynamodb:" + action, seen.stream));
      int table = seen.stream.indexOf("table/");
      resource = table < 0 ? "" : seen.stream.substring(table + 6).replaceFirst("/.*", "");
    } else if (!seen.table.isEmpty()) {
      accesses.add(new Access("dynamodb:" + action, arn(seen.table, seen.index)));
    } else {
      accesses.add(new Access("dynamodb:" + action, "*"));
    }
    return new ServiceCall(
        Service.DYNAMODB,
        caller,
        action,
        Arns.nameOf(resource),
        List.copyOf(accesses),
        seen.asksCapacity);
  }

  private static String verb(String words) {
    return switch (Character.toUpperCase(words.charAt(0))) {
      case 'I' -> "Insert";
      case 'U' -> "Update";
      case 'D' -> "Delete";
      default -> "Select";
    };
  }

  private static void addOnce(List<Access> accesses, Access access) {
    if (!accesses.contains(access)) {
      accesses.add(access);
    }
  }

  private static String arn(String table, @Nullable String index) {
    String arn = table.startsWith("arn:") ? table : Arns.table(table);
    return index == null || index.isEmpty() ? arn : arn + "/index/" + index;
  }

  /** The few fields that matter, wherever a request has them. */
  private static final class Seen {
    private String table = "";
    private String index = "";
    private String queueUrl = "";
    private String stream = "";
    private boolean asksCapacity;
    private final List<String> statements = new ArrayList<>();
    private final List<Access> parts = new ArrayList<>();

    void readTop(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        var value = json.nextToken();
        switch (name) {
          case "TableName" -> table = textOf(json, value);
          case "IndexName" -> index = textOf(json, value);
          case "QueueUrl" -> queueUrl = textOf(json, value);
          case "StreamArn" -> stream = textOf(json, value);
          case "Statement" -> statements.add(textOf(json, value));
          case "ReturnConsumedCapacity" -> asksCapacity = !textOf(json, value).equals("NONE");
          case "RequestItems" -> readTables(json, value);
          case "TransactItems" -> readTransaction(json, value);
          case "Statements", "TransactStatements" -> readStatements(json, value);
          default -> json.skipChildren();
        }
      }
    }

    private static String textOf(JsonParser json, JsonToken value) throws IOException {
      if (value == JsonToken.VALUE_STRING) {
        return json.getText();
      }
      json.skipChildren();
      return "";
    }

    private void readTables(JsonParser json, JsonToken value) throws IOException {
      if (value != JsonToken.START_OBJECT) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        parts.add(new Access("", json.currentName()));
        json.nextToken();
        json.skipChildren();
      }
    }

    private void readTransaction(JsonParser json, JsonToken value) throws IOException {
      if (value != JsonToken.START_ARRAY) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String kind = json.currentName();
          String action =
              switch (kind) {
                case "ConditionCheck" -> "ConditionCheckItem";
                default -> kind + "Item";
              };
          if (json.nextToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            continue;
          }
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean isTable = json.currentName().equals("TableName");
            var inner = json.nextToken();
            if (isTable) {
              parts.add(new Access(action, textOf(json, inner)));
            } else {
              json.skipChildren();
            }
          }
        }
      }
    }

    private void readStatements(JsonParser json, JsonToken value) throws IOException {
      if (value != JsonToken.START_ARRAY) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          boolean isStatement = json.currentName().equals("Statement");
          var inner = json.nextToken();
          if (isStatement) {
            statements.add(textOf(json, inner));
          } else {
            json.skipChildren();
          }
        }
      }
    }
  }
}
