package orders.function;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventRecordsTest {
  /** Modulo 2^32. */
  private static final int INVERSE_OF_33 = 0x3e0f83e1;

  @Test
  void everyRecordIsRead() throws IOException {
    assertThat(read("{\"other\":[{\"id\":\"x\"}],\"Records\":[{\"id\":\"a\"},{\"id\":\"b\"}]}"))
        .containsExactly("a", "b");
    assertThat(read("{\"Records\":[]}")).isEmpty();
  }

  /** Each of these had its readable records acknowledged as if they were all. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{}",
        "{\"Records\":null}",
        "{\"Records\":{\"id\":\"a\"}}",
        "{\"Records\":[{\"id\":\"a\"},null,{\"id\":\"b\"}]}",
        "{\"Records\":[[],{\"id\":\"b\"}]}",
        "{\"Records\":[{\"id\":\"a\"},\"b\"]}",
        "{\"Records\":[{\"id\":\"a\"}",
        "{\"Records\":[{\"id\":\"a\"}]",
        "{\"Records\":[{\"id\":\"a\"",
      })
  void anEventThatIsNotWholeIsAnErrorAndNothingOfItIsAnsweredFor(String event) {
    assertThatIOException().isThrownBy(() -> read(event));
  }

  /** Names in an event are also those that customers give: the keys of their metadata. */
  @Test
  void namesThatWereMadeToCollideDoNoHarm() throws IOException {
    StringBuilder event = new StringBuilder("{\"Records\":[{");
    namesOfOneHash(700).forEach(name -> event.append('"').append(name).append("\":\"\","));

    assertThat(read(event + "\"id\":\"a\"}]}")).containsExactly("a");
  }

  /**
   * Names of one hash, whatever the seed, in the table of names that the parser of UTF-8 shares
   * among all its documents.
   */
  private static List<String> namesOfOneHash(int count) {
    String alphabet = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    int hash = mixed("acce") + 33 * packed("pted");
    List<String> names = new ArrayList<>();
    for (int i = 0; names.size() < count; i++) {
      StringBuilder head = new StringBuilder();
      for (int rest = i, place = 0; place < 4; place++, rest /= 38) {
        head.append(alphabet.charAt(rest % 38));
      }
      int quad = (hash - mixed(head.toString())) * INVERSE_OF_33;
      String tail = new String(ByteBuffer.allocate(4).putInt(quad).array(), US_ASCII);
      if (tail.chars().allMatch(c -> alphabet.indexOf(c) >= 0)) {
        names.add(head + tail);
      }
    }
    return names;
  }

  private static int mixed(String quad) {
    int once = packed(quad) + (packed(quad) >>> 15);
    return once ^ (once >>> 9);
  }

  private static int packed(String quad) {
    return ByteBuffer.wrap(quad.getBytes(US_ASCII)).getInt();
  }

  private static List<String> read(String event) throws IOException {
    return EventRecords.read(
        new ByteArrayInputStream(event.getBytes(UTF_8)), EventRecordsTest::readId);
  }

  private static String readId(JsonParser json) throws IOException {
    String id = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      id = json.nextTextValue();
    }
    return id;
  }
}
