package localcloud.redirect;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds the local address that stands for a host of AWS. */
final class LocalEndpoint {
  private static final List<String> AWS =
      List.of(".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws", ".on.aws");
  private static final Map<String, String> VARIABLES =
      Map.of(
          "dynamodb", "AWS_ENDPOINT_URL_DYNAMODB",
          "ddb", "AWS_ENDPOINT_URL_DYNAMODB",
          "sqs", "AWS_ENDPOINT_URL_SQS",
          "queue", "AWS_ENDPOINT_URL_SQS",
          "sns", "AWS_ENDPOINT_URL_SNS",
          "lambda", "AWS_ENDPOINT_URL_LAMBDA");

  private final Map<String, String> environment;

  /**
   * @param environment the process's variables
   */
  LocalEndpoint(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Returns the address to call in the place of a host; empty if the host is not one of AWS. */
  Optional<URI> of(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (AWS.stream().noneMatch(name::endsWith)) {
      return Optional.empty();
    }
    // The region and what may stand before the service, such as an account, name no service.
    for (String label : name.split("\\.", -1)) {
      String variable = VARIABLES.get(label);
      if (variable != null && environment.containsKey(variable)) {
        return Optional.of(URI.create(environment.get(variable)));
      }
    }
    return Optional.ofNullable(environment.get("AWS_ENDPOINT_URL")).map(URI::create);
  }

  /** Returns the path of a request under the path of its new address. */
  static String path(URI endpoint, String path) {
    String prefix = endpoint.getPath();
    return path.startsWith(prefix) ? path : prefix + (path.startsWith("/") ? path : "/" + path);
  }
}
