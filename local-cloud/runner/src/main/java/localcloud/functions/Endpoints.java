package localcloud.functions;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where functions find the services: what the SDK's own endpoint variables tell them.
 *
 * @param lambda the Invoke API
 * @param absent what answers in the place of every service that does not run here
 */
public record Endpoints(URI dynamoDb, URI sqs, URI sns, URI lambda, URI absent) {
  Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoDb.toString());
    variables.put("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", dynamoDb.toString());
    variables.put("AWS_ENDPOINT_URL_LAMBDA", lambda.toString());
    variables.put("AWS_ENDPOINT_URL_SQS", sqs.toString());
    variables.put("AWS_ENDPOINT_URL_SNS", sns.toString());
    variables.put("AWS_ENDPOINT_URL", absent.toString());
    return variables;
  }
}
