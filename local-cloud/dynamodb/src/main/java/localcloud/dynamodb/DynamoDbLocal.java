package localcloud.dynamodb;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * Serves DynamoDB Local on 127.0.0.1 until standard input ends, so that it never outlives the
 * process that started it.
 *
 * <p>Arguments: the port (0 for any free one), and a folder to keep the tables in; without it they
 * are kept in memory. When it serves, it prints {@code READY} and its port as one line on standard
 * output.
 */
public final class DynamoDbLocal {
  private DynamoDbLocal() {}

  /** Runs until standard input ends. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    // Standard output is ours: one line. What the libraries print goes where their logs go.
    PrintStream out = System.out;
    System.setOut(System.err);

    // The distribution's own main class listens on every interface and cannot be told otherwise;
    // its request handler can be served by a connector that is. Telemetry is set up by that main
    // class alone, so it is off here.
    var tables =
        arguments.length > 1
            ? new LocalDynamoDBRequestHandler(
                0, false, Files.createDirectories(Path.of(arguments[1])).toString(), true, false)
            : new LocalDynamoDBRequestHandler(0, true, null, true, false);
    var server = new Server(new QueuedThreadPool(64, 4));
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(32 * 1024);
    var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    // The front keeps its connections; they must not be closed under it between two requests.
    connector.setIdleTimeout(24 * 60 * 60 * 1000L);
    server.addConnector(connector);
    server.setHandler(
        new ContextHandler(
            new ShardClosing(tables, new LocalDynamoDBServerHandler(tables, null)), "/"));
    try {
      server.start();
    } catch (IOException taken) {
      System.err.println(taken.getMessage());
      Runtime.getRuntime().halt(1);
    }

    out.println("READY " + connector.getLocalPort());
    out.flush();
    untilClosed(System.in);
    // Not exit: every write that was answered is in SQLite's files already.
    Runtime.getRuntime().halt(0);
  }

  private static void untilClosed(InputStream in) {
    try {
      while (in.read() >= 0) {
        // Nothing is ever sent here; only the end matters.
      }
    } catch (IOException closed) {
      // As good as an end.
    }
  }
}
