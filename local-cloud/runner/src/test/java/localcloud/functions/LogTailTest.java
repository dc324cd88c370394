package localcloud.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTailTest {
  private final LogTail log = new LogTail();

  @Test
  void a_line_read_after_the_answer_stands_above_the_end() {
    log.add("START");
    log.add("line 1");
    log.end("END\nREPORT");
    log.add("line 2");

    assertThat(text()).isEqualTo("START\nline 1\nline 2\nEND\nREPORT\n");
  }

  @Test
  void it_is_the_last_four_kibibytes_the_end_among_them() {
    for (int i = 0; i < 2000; i++) {
      log.add("line " + i);
    }
    log.end("END");

    assertThat(log.lastBytes()).hasSize(4096);
    assertThat(text()).endsWith("line 1998\nline 1999\nEND\n");
  }

  @Test
  void an_answer_that_comes_too_late_leaves_the_timeout_told() {
    log.end("Task timed out");
    log.end("END\nREPORT");

    assertThat(text()).isEqualTo("Task timed out\n");
  }

  private String text() {
    return new String(log.lastBytes(), UTF_8);
  }
}
