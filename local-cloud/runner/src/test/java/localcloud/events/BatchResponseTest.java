package localcloud.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchResponseTest {
  private static BatchResponse read(String answer) {
    return BatchResponse.read(answer.getBytes(StandardCharsets.UTF_8), List.of("a", "b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "[]",
        "",
        "{\"batchItemFailures\":[]}",
        "{\"batchItemFailures\":null}",
      })
  void an_answer_that_names_no_failure_is_success(String answer) {
    assertThat(read(answer)).isEqualTo(new BatchResponse.Success());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"batchItemFailures\":[{\"itemIdentifier\":null}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"unknown\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":7}]}",
        "{\"batchItemFailures\":[{\"itemId\":\"a\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"a\"},{\"wrong\":\"b\"}]}",
        "{\"batchItemFailures\":[\"a\"]}",
        "{\"batchItemFailures\":\"a\"}",
        "{\"batchItemFailures\":[",
        "not json",
        "{} {}",
        "\"done\"",
      })
  void an_answer_that_cannot_be_understood_fails_the_whole_batch(String answer) {
    assertThat(read(answer)).isInstanceOf(BatchResponse.Failure.class);
  }

  @Test
  void named_records_failed_and_the_others_are_done() {
    assertThat(read("{\"batchItemFailures\":[{\"itemIdentifier\":\"b\"}]}"))
        .isEqualTo(new BatchResponse.PartialFailure(java.util.Set.of("b")));
  }
}
