package localcloud.functions;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where functions find the services: what the SDK's own endpoint variables tell them. */
public record Endpoints(URI dynamoDb, URI sqs, URI sns) {
  Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoDb.toString());
    variables.put("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", dynamoDb.toString());
    variables.put("AWS_ENDPOINT_URL_SQS", sqs.toString());
    variables.put("AWS_ENDPOINT_URL_SNS", sns.toString());
    return variables;
  }
}
