package localcloud.template;

import java.net.URI;
import java.util.Map;

/**
 * What a template cannot know before it runs.
 *
 * @param stackName what physical names begin with
 * @param parameterOverrides values for the template's parameters, by name
 * @param apiUrls base address of each HTTP API, by logical id
 * @param sqsUrl base address of SQS
 * @param issuer issuer of local tokens, {@code ${LocalIssuer}} in the template's metadata
 * @param audience audience of local tokens, {@code ${LocalAudience}} in the template's metadata
 */
public record Inputs(
    String stackName,
    Map<String, String> parameterOverrides,
    Map<String, URI> apiUrls,
    URI sqsUrl,
    String issuer,
    String audience) {

  /** Returns the same with the addresses of HTTP APIs. */
  public Inputs with(Map<String, URI> urls) {
    return new Inputs(stackName, parameterOverrides, urls, sqsUrl, issuer, audience);
  }
}
