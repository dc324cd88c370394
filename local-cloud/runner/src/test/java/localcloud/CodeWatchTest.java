package localcloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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

    Files.delete(code);
    Files.writeString(code, "another");
    assertThat(rebuilt.poll(10, TimeUnit.SECONDS)).isNotNull();
    Files.setLastModifiedTime(code, FileTime.fromMillis(1));
    assertThat(rebuilt.poll(10, TimeUnit.SECONDS)).isNotNull();

    assertThat(rebuilt).isEmpty();
  }

  @Test
  void a_class_deep_in_a_folder_is_noticed() throws Exception {
    Path deep = Files.createDirectories(folder.resolve("code/guestbook"));
    Path file = Files.writeString(deep.resolve("Sign.class"), "one");
    watch(folder.resolve("code"));

    Files.writeString(file, "another");

    assertThat(rebuilt.poll(10, TimeUnit.SECONDS)).isNotNull();
  }
}
