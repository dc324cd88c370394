package localcloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import localcloud.functions.Await;
import localcloud.functions.ProbePackage;
import localcloud.model.FunctionSpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeWatchTest {
  private static final Duration INTERVAL = Duration.ofMillis(20);

  @TempDir private Path folder;
  private final BlockingQueue<FunctionSpec> rebuilt = new LinkedBlockingQueue<>();

  private @Nullable CodeWatch watch;

  private void watch(Path code) {
    watch = new CodeWatch(List.of(ProbePackage.spec(code)), INTERVAL, rebuilt::add);
  }

  @AfterEach
  void stop() {
    if (watch != null) {
      watch.close();
    }
  }

  @Test
  void a_package_that_was_away_and_is_back_is_told_once() throws Exception {
    Path code = Files.writeString(folder.resolve("probe.zip"), "one");
    watch(code);

    // Moved there whole: a watch that came in between would tell of the half as well.
    Path aside = Files.writeString(folder.resolve("aside"), "another");
    Files.delete(code);
    Files.move(aside, code);
    assertThat(rebuilt.poll(60, TimeUnit.SECONDS)).isNotNull();
    Files.setLastModifiedTime(code, FileTime.fromMillis(1));
    assertThat(rebuilt.poll(60, TimeUnit.SECONDS)).isNotNull();

    assertThat(rebuilt).isEmpty();
  }

  @Test
  void a_class_deep_in_a_folder_is_noticed() throws Exception {
    Path deep = Files.createDirectories(folder.resolve("code/guestbook"));
    Path file = Files.writeString(deep.resolve("Sign.class"), "one");
    watch(folder.resolve("code"));

    Files.writeString(file, "another");

    assertThat(rebuilt.poll(60, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void closing_waits_until_a_rebuilt_package_is_taken_in() throws Exception {
    Path code = Files.writeString(folder.resolve("probe.zip"), "one");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean done = new AtomicBoolean();
    CodeWatch slow =
        new CodeWatch(
            List.of(ProbePackage.spec(code)),
            INTERVAL,
            function -> {
              begun.countDown();
              try {
                goOn.await();
                done.set(true);
              } catch (InterruptedException cutOff) {
                Thread.currentThread().interrupt();
              }
            });
    Files.writeString(code, "another");
    begun.await();

    Thread closing = Thread.ofPlatform().start(slow::close);
    Await.until("it to wait", () -> closing.getState() != Thread.State.RUNNABLE);
    goOn.countDown();
    closing.join();

    assertThat(done).isTrue();
  }
}
