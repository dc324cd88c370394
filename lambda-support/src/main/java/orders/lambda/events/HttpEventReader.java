package orders.lambda.events;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Authorizer;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Authorizer.JWT;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Http;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the event of an HTTP API, payload format 2.0. What the event lacks is null in it. */
final class HttpEventReader {
  private HttpEventReader() {}

  static APIGatewayV2HTTPEvent read(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new IOException("an HTTP API event is an object");
    }
    APIGatewayV2HTTPEvent event = new APIGatewayV2HTTPEvent();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "version" -> event.setVersion(EventRecords.text(json));
        case "routeKey" -> event.setRouteKey(EventRecords.text(json));
        case "rawPath" -> event.setRawPath(EventRecords.text(json));
        case "rawQueryString" -> event.setRawQueryString(EventRecords.text(json));
        case "cookies" -> event.setCookies(texts(json));
        case "headers" -> event.setHeaders(EventRecords.fields(json, EventRecords::text));
        case "queryStringParameters" ->
            event.setQueryStringParameters(EventRecords.fields(json, EventRecords::text));
        case "pathParameters" ->
            event.setPathParameters(EventRecords.fields(json, EventRecords::text));
        case "stageVariables" ->
            event.setStageVariables(EventRecords.fields(json, EventRecords::text));
        case "body" -> event.setBody(EventRecords.text(json));
        case "isBase64Encoded" -> {
          json.skipChildren();
          event.setIsBase64Encoded(value == JsonToken.VALUE_TRUE);
        }
        case "requestContext" -> event.setRequestContext(readContext(json));
        default -> json.skipChildren();
      }
    }
    return event;
  }

  private static @Nullable RequestContext readContext(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return null;
    }
    RequestContext context = new RequestContext();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "accountId" -> context.setAccountId(EventRecords.text(json));
        case "apiId" -> context.setApiId(EventRecords.text(json));
        case "domainName" -> context.setDomainName(EventRecords.text(json));
        case "domainPrefix" -> context.setDomainPrefix(EventRecords.text(json));
        case "requestId" -> context.setRequestId(EventRecords.text(json));
        case "routeKey" -> context.setRouteKey(EventRecords.text(json));
        case "stage" -> context.setStage(EventRecords.text(json));
        case "time" -> context.setTime(EventRecords.text(json));
        case "timeEpoch" -> {
          if (value == JsonToken.VALUE_NUMBER_INT) {
            context.setTimeEpoch(json.getLongValue());
          } else {
            json.skipChildren();
          }
        }
        case "http" -> context.setHttp(readHttp(json));
        case "authorizer" -> context.setAuthorizer(readAuthorizer(json));
        default -> json.skipChildren();
      }
    }
    return context;
  }

  private static Http readHttp(JsonParser json) throws IOException {
    var fields = EventRecords.fields(json, EventRecords::text);
    return Http.builder()
        .withMethod(fields.get("method"))
        .withPath(fields.get("path"))
        .withProtocol(fields.get("protocol"))
        .withSourceIp(fields.get("sourceIp"))
        .withUserAgent(fields.get("userAgent"))
        .build();
  }

  private static Authorizer readAuthorizer(JsonParser json) throws IOException {
    Authorizer authorizer = new Authorizer();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return authorizer;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean jwt = json.currentName().equals("jwt");
      json.nextToken();
      if (jwt) {
        authorizer.setJwt(readJwt(json));
      } else {
        json.skipChildren();
      }
    }
    return authorizer;
  }

  private static JWT readJwt(JsonParser json) throws IOException {
    JWT jwt = new JWT();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return jwt;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "claims" -> jwt.setClaims(EventRecords.fields(json, HttpEventReader::claim));
        case "scopes" -> jwt.setScopes(texts(json));
        default -> json.skipChildren();
      }
    }
    return jwt;
  }

  /** Reads a claim; one that is a list becomes its texts, separated by spaces. */
  private static @Nullable String claim(JsonParser json) throws IOException {
    List<String> list = texts(json);
    return list == null ? EventRecords.text(json) : String.join(" ", list);
  }

  /** Reads a list of texts; returns null if it is not a list. */
  private static @Nullable List<String> texts(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return null;
    }
    List<String> texts = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      String text = EventRecords.text(json);
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }
}
