package orders.ops;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;

/**
 * The one call of CloudFormation that is needed, {@code DescribeStacks}, signed by the SDK: its own
 * client for it does not resolve at the version that the others share.
 */
final class CloudFormation {
  private final AwsCredentialsProvider credentials;
  private final Region region;
  private final URI endpoint;

  CloudFormation(AwsCredentialsProvider credentials, Region region) {
    this.credentials = credentials;
    this.region = region;
    String configured = System.getenv("AWS_ENDPOINT_URL_CLOUDFORMATION");
    endpoint =
        URI.create(
            configured == null
                ? "https://cloudformation." + region.id() + "." + suffix(region)
                : configured);
  }

  private static String suffix(Region region) {
    return region.id().startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  }

  /** Returns the outputs of a stack. */
  Map<String, String> outputs(String stackName) {
    String form =
        "Action=DescribeStacks&Version=2010-05-15&StackName="
            + URLEncoder.encode(stackName, StandardCharsets.UTF_8);
    ContentStreamProvider body = ContentStreamProvider.fromUtf8String(form);
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(endpoint.resolve("/"))
            .putHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
            .build();
    AwsCredentialsIdentity identity = credentials.resolveCredentials();
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                sign ->
                    sign.identity(identity)
                        .request(request)
                        .payload(body)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "cloudformation")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region.id()));
    try (SdkHttpClient http = UrlConnectionHttpClient.create()) {
      HttpExecuteResponse response =
          http.prepareRequest(
                  HttpExecuteRequest.builder()
                      .request(signed.request())
                      .contentStreamProvider(signed.payload().orElse(body))
                      .build())
              .call();
      try (InputStream answer =
          response
              .responseBody()
              .<InputStream>map(found -> found)
              .orElseGet(() -> new ByteArrayInputStream(new byte[0]))) {
        return read(response.httpResponse().statusCode(), answer.readAllBytes(), stackName);
      }
    } catch (IOException e) {
      throw new OpsException("asking " + endpoint + " failed: " + e.getMessage(), e);
    }
  }

  static Map<String, String> read(int status, byte[] answer, String stackName) {
    Document document = parse(answer);
    if (status != 200) {
      throw new OpsException(
          "CloudFormation does not tell of stack " + stackName + ": " + first(document, "Message"));
    }
    Map<String, String> outputs = new HashMap<>();
    NodeList keys = document.getElementsByTagNameNS("*", "OutputKey");
    for (int i = 0; i < keys.getLength(); i++) {
      Element member = (Element) keys.item(i).getParentNode();
      String value = member.getElementsByTagNameNS("*", "OutputValue").item(0).getTextContent();
      outputs.put(keys.item(i).getTextContent().strip(), value.strip());
    }
    if (outputs.isEmpty()) {
      throw new OpsException("stack " + stackName + " has no outputs");
    }
    return outputs;
  }

  private static String first(Document document, String tag) {
    NodeList found = document.getElementsByTagNameNS("*", tag);
    return found.getLength() == 0 ? "no reason given" : found.item(0).getTextContent().strip();
  }

  private static Document parse(byte[] xml) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new OpsException("CloudFormation's answer cannot be read", e);
    }
  }
}
