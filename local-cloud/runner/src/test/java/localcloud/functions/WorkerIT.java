package localcloud.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import localcloud.model.FunctionSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class WorkerIT {
  private static final long LIMIT_MILLIS = 30_000;

  private final AtomicInteger offers = new AtomicInteger();
  @TempDir private Path folder;

  @Test
  void a_process_that_ended_while_it_asked_for_work_is_offered_to_nobody() throws Exception {
    FunctionSpec spec = ProbePackage.spec(ProbePackage.zip(folder, "first"));
    Options options = ProbePackage.options(folder.resolve("cache"));
    Worker worker =
        new Worker(
            spec,
            LIMIT_MILLIS,
            FunctionPackage.unpack(spec.code(), folder.resolve("cache")),
            new Launcher(options, ProbePackage.NOWHERE),
            List.of(),
            new Counting());
    worker.listen();
    Await.until("it asks for work", () -> offers.get() == 1);
    worker.kill();
    worker.awaitEnd(LIMIT_MILLIS);

    // Its last request for work, which was on its way when it ended.
    Thread late =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    worker.next();
                  } catch (InterruptedException enough) {
                    Thread.currentThread().interrupt();
                  }
                });
    Await.until("it waits", () -> late.getState() == Thread.State.WAITING);

    assertThat(offers).hasValue(1);
    assertThat(worker.info().state()).isEqualTo("ended");
    late.interrupt();
    late.join();
  }

  @Test
  void the_end_of_a_process_is_told_after_its_last_words() throws Exception {
    FunctionSpec spec =
        ProbePackage.with(
            ProbePackage.spec(ProbePackage.zip(folder, "first")), Map.of("PROBE_INIT", "exit 7"));
    Options options = ProbePackage.options(folder.resolve("cache"));
    SlowReader reader = new SlowReader();
    Worker worker =
        new Worker(
            spec,
            LIMIT_MILLIS,
            FunctionPackage.unpack(spec.code(), folder.resolve("cache")),
            new Launcher(options, ProbePackage.NOWHERE),
            List.of(),
            reader);
    worker.listen();
    worker.awaitEnd(LIMIT_MILLIS);

    assertThat(reader.told).containsSubsequence("probe exits", "ended");
  }

  /** Comes to the last line only when the process is gone, and then takes a moment. */
  private static final class SlowReader implements Worker.Keeper {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void free(Worker worker) {}

    @Override
    public void ended(Worker worker) {
      told.add("ended");
      ended.countDown();
    }

    @Override
    public void wrote(Worker worker, String line) {
      if (line.equals("probe exits")) {
        try {
          Await.until("it is gone", () -> ProcessHandle.of(worker.pid()).isEmpty());
          boolean unused = ended.await(50, TimeUnit.MILLISECONDS);
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
      told.add(line);
    }
  }

  private final class Counting implements Worker.Keeper {
    @Override
    public void free(Worker worker) {
      offers.incrementAndGet();
    }

    @Override
    public void ended(Worker worker) {}

    @Override
    public void wrote(Worker worker, String line) {}
  }
}
