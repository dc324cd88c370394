package orders.wire.dynamodb;

import software.amazon.awssdk.protocols.json.internal.AwsStructuredPlainJsonFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.thirdparty.jackson.core.JsonFactory;

/** Clients for tables of items in which customers name some of the fields. */
public final class TableClients {
  static {
    forgetFieldNames();
  }

  private TableClients() {}

  /** Returns a builder of a client that reads any item, whatever its fields are called. */
  public static DynamoDbClientBuilder builder() {
    return DynamoDbClient.builder();
  }

  /**
   * Lets the SDK's parser read each name for itself. By default it keeps all that it has read in
   * one table for the whole process, and gives up on a name for which there is no room left: three
   * dozen orders whose metadata keys hash alike are enough, and every answer with another such key
   * would fail, together with the innocent orders in it (aws/aws-sdk-java-v2#5625).
   */
  @SuppressWarnings("deprecation") // The builder that replaces it makes another factory.
  private static void forgetFieldNames() {
    AwsStructuredPlainJsonFactory.SDK_JSON_FACTORY
        .getJsonFactory()
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES);
  }
}
