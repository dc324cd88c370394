package orders.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartialBatchResponseTest {

  @Test
  void whatHasToComeAgainIsNamedAsLambdaReadsIt() throws IOException {
    assertThat(written(List.of("a", "b")))
        .isEqualTo(
            "{\"batchItemFailures\":[{\"itemIdentifier\":\"a\"},{\"itemIdentifier\":\"b\"}]}");
    assertThat(written(List.of())).isEqualTo("{\"batchItemFailures\":[]}");
  }

  private static String written(List<String> unfinished) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PartialBatchResponse.write(unfinished, out);
    return out.toString(UTF_8);
  }
}
