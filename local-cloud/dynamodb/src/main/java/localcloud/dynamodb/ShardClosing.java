package localcloud.dynamodb;

import java.io.IOException;
import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.shared.access.AmazonDynamoDBLocal;

/**
 * Takes one target besides DynamoDB's own: every open shard of every stream ends, and a child of it
 * begins, as both do by themselves every four hours.
 */
final class ShardClosing extends Handler.Wrapper {
  static final String TARGET = "LocalCloud.CloseShards";

  private final LocalDynamoDBRequestHandler tables;

  ShardClosing(LocalDynamoDBRequestHandler tables, Handler dynamoDb) {
    super(dynamoDb);
    this.tables = tables;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (!TARGET.equals(request.getHeaders().get("X-Amz-Target"))) {
      return super.handle(request, response, callback);
    }
    for (Object database : databases().values()) {
      ((AmazonDynamoDBLocal) database).triggerShardRollovers();
    }
    response.setStatus(200);
    callback.succeeded();
    return true;
  }

  /** What DynamoDB Local can do by itself, and lets nobody ask for. */
  private Map<?, ?> databases() throws IOException {
    try {
      var field = LocalDynamoDBRequestHandler.class.getDeclaredField("dbRequestHandlers");
      field.setAccessible(true);
      return (Map<?, ?>) field.get(tables);
    } catch (ReflectiveOperationException other) {
      throw new IOException("this version of DynamoDB Local keeps its databases elsewhere", other);
    }
  }
}
