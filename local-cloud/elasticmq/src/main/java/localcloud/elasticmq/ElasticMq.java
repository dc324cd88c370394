package localcloud.elasticmq;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.pattern.Patterns;
import org.elasticmq.Limits;
import org.elasticmq.actor.QueueManagerActor;
import org.elasticmq.actor.queue.QueueEvent;
import org.elasticmq.persistence.sql.SqlQueuePersistenceActor;
import org.elasticmq.rest.sqs.TheSQSRestServerBuilder;
import org.elasticmq.server.config.ElasticMQServerConfig;
import org.elasticmq.util.NowProvider;
import scala.Option;
import scala.util.Right;

/**
 * Serves ElasticMQ on 127.0.0.1 until standard input ends, so that it never outlives the process
 * that started it.
 *
 * <p>Arguments: the port (0 for any free one), the port that queue URLs name (0 for the same), the
 * region, the account, and a folder to keep queues and messages in; without it they are kept in
 * memory. When it serves, it prints {@code READY} and its port as one line on standard output.
 */
public final class ElasticMq {
  private static final int TRIES = 5;
  private static final int TAKE_OVER_SECONDS = 20;
  private static final Duration RESTORE_LIMIT = Duration.ofMinutes(2);

  /** Locked until the process ends; a field, for a channel that nobody holds would be closed. */
  private static FileChannel used;

  private ElasticMq() {}

  /** Runs until standard input ends. */
  public static void main(String[] arguments) throws Exception {
    // Standard output is ours: one line. What the libraries print goes where their logs go.
    PrintStream out = System.out;
    System.setOut(System.err);
    int wanted = Integer.parseInt(arguments[0]);
    int publicPort = Integer.parseInt(arguments[1]);
    if (arguments.length > 4) {
      Path folder = Files.createDirectories(Path.of(arguments[4]));
      takeOver(folder);
      openStore(folder);
    }

    ElasticMQServerConfig config = read(wanted, publicPort, arguments);
    ActorSystem system = ActorSystem.create("elasticmq");
    Option<ActorRef> store =
        arguments.length > 4 ? Option.apply(store(system, config)) : Option.empty();
    ActorRef queues = queues(system, config, store);
    if (store.isDefined()) {
      restore(store.get(), queues);
    }

    int port = 0;
    for (int tries = 1; port == 0; tries++) {
      int free = portOr(wanted);
      try {
        serve(system, queues, store, read(free, publicPort, arguments));
        port = free;
      } catch (Exception failed) {
        // Between the look for a free port and its use another program may take it.
        if (wanted != 0 || tries == TRIES) {
          end("cannot serve on port " + free + ": " + failed.getMessage());
        }
      }
    }
    out.println("READY " + port);
    out.flush();
    untilClosed(System.in);
    // Not exit: every message that was acknowledged is in the database's file already.
    Runtime.getRuntime().halt(0);
  }

  private static ElasticMQServerConfig read(int port, int publicPort, String[] arguments)
      throws IOException {
    return new ElasticMQServerConfig(config(settings(port, publicPort, arguments)));
  }

  private static ActorRef store(ActorSystem system, ElasticMQServerConfig config) {
    return system.actorOf(
        Props.create(
            SqlQueuePersistenceActor.class,
            () ->
                new SqlQueuePersistenceActor(
                    config.sqlQueuePersistenceConfig(), config.baseQueues())));
  }

  private static ActorRef queues(
      ActorSystem system, ElasticMQServerConfig config, Option<ActorRef> store) {
    Limits limits = (Limits) config.restSqs().sqsLimits();
    return system.actorOf(
        Props.create(
            QueueManagerActor.class,
            () -> new QueueManagerActor(new NowProvider(), limits, store)));
  }

  /**
   * Brings back what is in the folder, before anybody can ask: ElasticMQ's own server serves at
   * once and restores meanwhile, so that for a while its queues do not exist, or are empty.
   */
  private static void restore(ActorRef store, ActorRef queues) throws InterruptedException {
    try {
      Object restored =
          Patterns.ask(store, new QueueEvent.Restore(queues), RESTORE_LIMIT)
              .toCompletableFuture()
              .get();
      if (!(restored instanceof Right)) {
        end("cannot restore the queues: " + restored);
      }
    } catch (ExecutionException failed) {
      end("cannot restore the queues: " + failed.getCause().getMessage());
    }
  }

  private static void serve(
      ActorSystem system, ActorRef queues, Option<ActorRef> store, ElasticMQServerConfig config) {
    new TheSQSRestServerBuilder(
            Option.apply(system),
            Option.apply(queues),
            config.restSqs().bindHostname(),
            config.restSqs().bindPort(),
            config.nodeAddress(),
            config.generateNodeAddress(),
            (Limits) config.restSqs().sqsLimits(),
            config.awsRegion(),
            config.awsAccountId(),
            store,
            config.autoCreateQueues())
        .start()
        .waitUntilStarted();
  }

  private static void end(String why) {
    System.err.println(why);
    System.err.flush();
    Runtime.getRuntime().halt(1);
  }

  private static Map<String, Object> settings(int port, int publicPort, String[] arguments)
      throws IOException {
    Map<String, Object> settings = new HashMap<>();
    settings.put("node-address.protocol", "http");
    settings.put("node-address.host", "127.0.0.1");
    settings.put("node-address.port", publicPort == 0 ? port : publicPort);
    settings.put("node-address.context-path", "");
    settings.put("generate-node-address", false);
    settings.put("rest-sqs.enabled", true);
    settings.put("rest-sqs.bind-hostname", "127.0.0.1");
    settings.put("rest-sqs.bind-port", port);
    settings.put("rest-sqs.sqs-limits", "strict");
    settings.put("aws.region", arguments[2]);
    settings.put("aws.accountId", arguments[3]);
    settings.put("queues", Map.of());
    settings.put("queues-storage.enabled", false);
    settings.put("queues-storage.path", "");
    settings.put("messages-storage.enabled", arguments.length > 4);
    settings.put("messages-storage.driver-class", WatchedStore.class.getName());
    settings.put("messages-storage.uri", arguments.length > 4 ? uriOf(Path.of(arguments[4])) : "");
    settings.put("messages-storage.username", "");
    settings.put("messages-storage.password", "");
    settings.put("messages-storage.prune-data-on-init", false);
    settings.put("auto-create-queues.enabled", false);
    settings.put("auto-create-queues.template", Map.of());
    settings.put("pekko.loglevel", "ERROR");
    settings.put("pekko.stdout-loglevel", "ERROR");
    settings.put("pekko.log-dead-letters", 0);
    settings.put("pekko.http.server.request-timeout", "60 s");
    // The front keeps its connections; they must not be closed under it between two requests.
    settings.put("pekko.http.server.idle-timeout", "24 h");
    settings.put("pekko.http.server.parsing.max-content-length", "16 MiB");
    settings.put("pekko.http.server.max-connections", 1024);
    return settings;
  }

  private static Config config(Map<String, Object> settings) {
    Config config = ConfigFactory.empty();
    for (var setting : settings.entrySet()) {
      config =
          config.withValue(
              setting.getKey(), ConfigValueFactory.fromAnyRef(setting.getValue(), "local-cloud"));
      if (setting.getKey().startsWith("pekko.")) {
        // Its actor system reads its own settings from the system's properties.
        System.setProperty(setting.getKey(), String.valueOf(setting.getValue()));
      }
    }
    ConfigFactory.invalidateCaches();
    return config.withFallback(ConfigFactory.load());
  }

  private static String uriOf(Path folder) throws IOException {
    Path database = Files.createDirectories(folder).toAbsolutePath().resolve("messages");
    // Without a write delay an answered send is in the file, and survives a killed process.
    return WatchedStore.url(
        "jdbc:h2:file:" + database + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1");
  }

  /**
   * Opens the messages' file, for as long as this process lives: ElasticMQ itself would serve
   * without one that cannot be opened, and forget every message.
   */
  private static void openStore(Path folder) throws IOException {
    try (Connection store = DriverManager.getConnection(uriOf(folder));
        Statement statement = store.createStatement()) {
      statement.execute("CHECKPOINT SYNC");
    } catch (SQLException unusable) {
      WatchedStore.end(unusable);
    }
  }

  /**
   * Waits for the process of an instance that was killed and has yet to end. ElasticMQ itself would
   * serve without its database, and forget every message.
   */
  private static void takeOver(Path folder) throws IOException, InterruptedException {
    used =
        FileChannel.open(
            folder.resolve("in-use"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TAKE_OVER_SECONDS);
    while (used.tryLock() == null) {
      if (System.nanoTime() > deadline) {
        end("another process uses " + folder + "; end it");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static int portOr(int port) throws IOException {
    if (port != 0) {
      return port;
    }
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket.getLocalPort();
    }
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
