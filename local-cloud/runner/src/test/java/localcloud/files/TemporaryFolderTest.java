package localcloud.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;

class TemporaryFolderTest {
  @RepeatedTest(20)
  void it_is_deleted_whole_even_if_a_dying_process_tidies_up_meanwhile() throws Exception {
    TemporaryFolder folder = TemporaryFolder.create("Probe");
    List<Path> theirs = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Path below = Files.createDirectories(folder.path().resolve("d" + i % 10));
      theirs.add(Files.writeString(below.resolve("theirs" + i), "x"));
      Files.writeString(below.resolve("left" + i), "x");
    }
    CyclicBarrier together = new CyclicBarrier(2);

    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> process =
          threads.submit(
              () -> {
                together.await();
                for (Path file : theirs) {
                  Files.deleteIfExists(file);
                }
                return null;
              });
      Future<?> closing =
          threads.submit(
              () -> {
                together.await();
                folder.close();
                return null;
              });
      process.get();
      closing.get();
    }

    assertThat(folder.path()).doesNotExist();
  }
}
