package localcloud.services.sns;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryStoreTest {
  @TempDir private Path folder;

  private static SnsMessage message(String id) {
    return new SnsMessage(
        id,
        "arn",
        Optional.empty(),
        Map.of("default", "text"),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "now");
  }

  @Test
  void what_is_left_comes_back_in_the_order_it_was_owed_in() throws Exception {
    List<String> owed = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      var spool = new DeliveryStore(Optional.of(folder));
      for (int i = 0; i < 50; i++) {
        String id = "message-" + run + "-" + i;
        owed.add(id);
        spool.keep("subscription", message(id));
      }
    }

    assertThat(new DeliveryStore(Optional.of(folder)).left())
        .extracting(each -> each.message().messageId())
        .containsExactlyElementsOf(owed);
  }
}
