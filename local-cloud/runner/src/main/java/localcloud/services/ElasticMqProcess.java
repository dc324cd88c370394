package localcloud.services;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import localcloud.model.Arns;

/** ElasticMQ in a process of its own, on 127.0.0.1. */
public final class ElasticMqProcess implements ServiceRun {
  private final ServiceProcess process;

  private ElasticMqProcess(ServiceProcess process) {
    this.process = process;
  }

  /**
   * Starts it on any free port and returns at once.
   *
   * @param publicPort the port that queue URLs name
   * @param data folder to keep queues and messages in; empty for in memory. A message whose send
   *     was answered is in it, even if this process or that one is killed the moment after
   * @param log gets a line for each thing it complains of
   */
  public static ElasticMqProcess start(
      Installation home, int publicPort, Optional<Path> data, Consumer<String> log)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "localcloud.elasticmq.ElasticMq",
                "0",
                String.valueOf(publicPort),
                Arns.REGION,
                Arns.ACCOUNT));
    data.ifPresent(folder -> command.add(folder.toString()));
    return new ElasticMqProcess(
        ServiceProcess.start(
            "elasticmq", home.lib("elasticmq"), List.of("-Xmx512m"), command, log));
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
