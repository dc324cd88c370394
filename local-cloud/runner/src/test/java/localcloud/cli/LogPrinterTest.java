package localcloud.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogPrinterTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @Test
  void a_program_gets_the_lines_as_they_are_and_no_status() {
    LogPrinter printer = printer(false);

    printer.status("1.0/s");
    printer.line("Greeter", "{\"level\":\"INFO\"}");
    printer.remark("mind the gap", stream(errors));

    assertThat(written()).isEqualTo("{\"level\":\"INFO\"}\n");
    assertThat(errors.toString(StandardCharsets.UTF_8)).isEqualTo("mind the gap\n");
  }

  @Test
  void a_person_sees_the_status_below_the_lines() {
    LogPrinter printer = printer(true);

    printer.status("1.0/s");
    printer.line("Greeter", "hello");
    printer.remark("mind the gap", stream(errors));

    assertThat(written())
        .isEqualTo(
            "\r\u001b[2K1.0/s"
                + "\r\u001b[2K\u001b[36mGreeter\u001b[0m hello\n1.0/s"
                + "\r\u001b[2Kmind the gap\n1.0/s");
    assertThat(errors.size()).isZero();
  }

  @Test
  void a_person_is_told_structured_lines_in_short_and_no_metrics() {
    LogPrinter printer = printer(true);

    printer.line(
        "Greeter", "{\"level\":\"INFO\",\"message\":\"greeted\",\"cold_start\":true,\"guest\":7}");
    printer.line("Greeter", "{\"_aws\":{\"Timestamp\":1},\"Greetings\":[1]}");

    assertThat(written()).isEqualTo("\u001b[36mGreeter\u001b[0m INFO greeted guest=7\n");
  }

  @Test
  void a_status_that_has_not_changed_is_not_drawn_again() {
    LogPrinter printer = printer(true);

    printer.status("1.0/s");
    printer.status("1.0/s");

    assertThat(written()).isEqualTo("\r\u001b[2K1.0/s");
  }

  @Test
  void the_status_is_gone_at_the_end_and_does_not_come_back() {
    LogPrinter printer = printer(true);
    printer.status("1.0/s");

    printer.end();
    printer.status("2.0/s");
    printer.line("Greeter", "goodbye");

    assertThat(written())
        .isEqualTo("\r\u001b[2K1.0/s\r\u001b[2K\u001b[36mGreeter\u001b[0m goodbye\n");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_end_does_not_wait_for_somebody_who_does_not_read(boolean forPerson) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch read = new CountDownLatch(1);
    PrintStream unread =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int oneByte) {
                held.countDown();
                try {
                  read.await();
                } catch (InterruptedException closing) {
                  Thread.currentThread().interrupt();
                }
              }
            },
            true,
            StandardCharsets.UTF_8);
    LogPrinter printer = new LogPrinter(unread, forPerson);
    Thread writer = Thread.ofVirtual().start(() -> printer.line("Function", "a line"));
    held.await();

    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          if (!forPerson) {
            printer.remark("a remark", stream(new ByteArrayOutputStream()));
          }
          printer.end();
        });

    read.countDown();
    writer.join();
  }

  private LogPrinter printer(boolean forPerson) {
    return new LogPrinter(stream(bytes), forPerson);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
