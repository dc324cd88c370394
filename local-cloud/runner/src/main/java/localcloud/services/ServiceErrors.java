package localcloud.services;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import localcloud.services.ServiceCall.Access;
import localcloud.wire.Headers;
import localcloud.wire.Response;

/** Errors as each service writes them. */
final class ServiceErrors {
  private ServiceErrors() {}

  static Response accessDenied(ServiceCall call, Access access) {
    String message =
        "User: arn:aws:sts::000000000000:assumed-role/%s/%s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action"
            .formatted(
                call.caller(), call.caller(), access.action(), access.resource(), access.action());
    return switch (call.service()) {
      case DYNAMODB -> json(400, "com.amazon.coral.service#AccessDeniedException", "", message);
      case SQS ->
          json(
              403,
              "com.amazon.coral.service#AccessDeniedException",
              "AccessDenied;Sender",
              message);
      case SNS -> xml(403, "Sender", "AuthorizationError", message);
    };
  }

  /** A web page asks, from elsewhere or by a name that was rebound to this machine. */
  static Response notFromHere(Service service) {
    String message = "only this machine may ask, by the name 127.0.0.1 or localhost";
    return service == Service.SNS
        ? xml(403, "Sender", "AccessDenied", message)
        : json(
            403, "com.amazon.coral.service#AccessDeniedException", "AccessDenied;Sender", message);
  }

  static Response throttled(ServiceCall call) {
    return switch (call.service()) {
      case DYNAMODB ->
          json(
              400,
              isStream(call)
                  ? "com.amazonaws.dynamodb.v20120810#LimitExceededException"
                  : "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
              "",
              "The level of configured provisioned throughput for the table was exceeded. Consider"
                  + " increasing your provisioning level with the UpdateTable API.");
      case SQS ->
          json(
              400,
              "com.amazonaws.sqs#RequestThrottled",
              "RequestThrottled;Sender",
              "The request was denied due to request throttling.");
      case SNS -> xml(400, "Sender", "Throttling", "Rate exceeded");
    };
  }

  static Response internal(ServiceCall call) {
    return switch (call.service()) {
      case DYNAMODB ->
          json(
              500,
              "com.amazonaws.dynamodb.v20120810#InternalServerError",
              "",
              "The request could not be completed due to an internal error.");
      case SQS ->
          json(
              500,
              "com.amazonaws.sqs#InternalError",
              "InternalError;Receiver",
              "We encountered an internal error. Please try again.");
      case SNS ->
          xml(500, "Receiver", "InternalError", "Request failed because of an internal error");
    };
  }

  /** The service's process cannot be reached, or went away. */
  static Response unavailable(ServiceCall call) {
    return call.service() == Service.SNS
        ? xml(503, "Receiver", "ServiceUnavailable", "Service is unavailable")
        : json(
            503,
            "com.amazon.coral.availability#ServiceUnavailableException",
            "ServiceUnavailable;Receiver",
            "Service is unavailable");
  }

  static Response expiredIterator(ServiceCall call) {
    return json(
        400,
        "com.amazonaws.dynamodb.v20120810#ExpiredIteratorException",
        "",
        "Iterator expired. The iterator was created too long ago.");
  }

  private static boolean isStream(ServiceCall call) {
    return call.action().equals("GetRecords") || call.action().equals("GetShardIterator");
  }

  private static Response json(int status, String type, String queryError, String message) {
    var headers =
        new Headers()
            .add("Content-Type", "application/x-amz-json-1.0")
            .add("x-amzn-RequestId", UUID.randomUUID().toString());
    if (!queryError.isEmpty()) {
      headers.add("x-amzn-query-error", queryError);
    }
    String body = "{\"__type\":\"" + type + "\",\"message\":\"" + message + "\"}";
    return new Response(status, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  /** An error of the query protocol. */
  static Response xml(int status, String type, String code, String message) {
    String requestId = UUID.randomUUID().toString();
    String body =
        "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>"
            + type
            + "</Type><Code>"
            + code
            + "</Code><Message>"
            + message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            + "</Message></Error><RequestId>"
            + requestId
            + "</RequestId></ErrorResponse>";
    var headers = new Headers().add("Content-Type", "text/xml").add("x-amzn-RequestId", requestId);
    return new Response(status, headers, body.getBytes(StandardCharsets.UTF_8));
  }
}
