package localcloud.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import localcloud.functions.Invocation.Outcome;
import localcloud.model.FunctionSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionPoolTest {
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  // None left: nothing is started.
  private final Semaphore startingAtOnce = new Semaphore(0);
  @TempDir private Path folder;

  @AfterEach
  void stop() {
    clock.shutdownNow();
    startingAtOnce.release(); // what waits for it finds nothing to do
  }

  private static final class Silent implements FunctionPool.Platform {
    @Override
    public void functionWrote(FunctionSpec spec, long pid, String line) {}

    @Override
    public void tell(FunctionSpec spec, String level, String message, Optional<String> requestId) {}
  }

  @Test
  void who_has_an_outcome_is_not_throttled_because_of_the_invocation_it_was_of() throws Exception {
    FunctionSpec spec =
        ProbePackage.withReserved(ProbePackage.spec(ProbePackage.zip(folder, "first")), 1);
    Options options = ProbePackage.options(folder.resolve("cache"));
    FunctionPool pool =
        new FunctionPool(
            spec,
            FunctionPackage.unpack(spec.code(), folder.resolve("cache")),
            options,
            new Launcher(options, ProbePackage.NOWHERE),
            startingAtOnce,
            clock,
            new Silent(),
            List::of);
    Invocation first = invocation("first");
    CompletableFuture<Outcome> done = pool.submit(first);
    Thread process =
        Thread.ofPlatform().unstarted(() -> first.outcome.complete(Outcome.success(new byte[0])));

    synchronized (pool) {
      process.start();
      Await.until("it waits to be counted off", () -> process.getState() == Thread.State.BLOCKED);
      assertThat(done).as("while it still counts").isNotDone();
    }

    assertThat(done.get().functionError()).isEmpty();
    Invocation second = invocation("second");
    assertThat(pool.submit(second)).isNotDone();
    second.outcome.complete(Outcome.success(new byte[0]));
  }

  private static Invocation invocation(String id) {
    return new Invocation(id, "{}".getBytes(StandardCharsets.UTF_8), "", "arn", Optional.empty());
  }
}
