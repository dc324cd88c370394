package localcloud.services;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** DynamoDB Local in a process of its own, on 127.0.0.1. */
public final class DynamoDbProcess implements ServiceRun {
  private final ServiceProcess process;

  private DynamoDbProcess(ServiceProcess process) {
    this.process = process;
  }

  /**
   * Starts it on any free port and returns at once.
   *
   * @param data folder to keep the tables in; empty for in memory
   * @param log gets a line for each thing it complains of
   */
  public static DynamoDbProcess start(Installation home, Optional<Path> data, Consumer<String> log)
      throws IOException {
    Path lib = home.lib("dynamodb");
    List<String> command = new ArrayList<>(List.of("localcloud.dynamodb.DynamoDbLocal", "0"));
    data.ifPresent(folder -> command.add(folder.toString()));
    return new DynamoDbProcess(
        ServiceProcess.start(
            "dynamodb",
            lib,
            List.of("-Xmx512m", "-Dsqlite4java.library.path=" + lib),
            command,
            log));
  }

  @Override
  public int port() throws IOException, InterruptedException {
    return process.port();
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    process.awaitEnd();
  }

  @Override
  public void close() {
    process.close();
  }
}
