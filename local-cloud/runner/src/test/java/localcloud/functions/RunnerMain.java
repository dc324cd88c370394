package localcloud.functions;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import localcloud.journal.Journal;

/** A runner with one function, to be killed. */
final class RunnerMain {
  private RunnerMain() {}

  @SuppressWarnings("MustBeClosed")
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Functions functions =
        new Functions(
            List.of(ProbePackage.spec(folder.resolve("probe.zip"))),
            ProbePackage.NOWHERE,
            new Journal(1000),
            (function, pid, line) -> {},
            (arn, json) -> {},
            ProbePackage.options(folder.resolve("cache")));
    functions.start();
    FunctionInvoker.Answer answer =
        functions.invoke("Probe", "\"pid\"".getBytes(StandardCharsets.UTF_8), Optional.empty());
    System.out.println(new String(answer.payload(), StandardCharsets.UTF_8));
    new CountDownLatch(1).await();
  }
}
