package orders.lambda.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import orders.lambda.testing.CollidingNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventRecordsTest {
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
    CollidingNames.of(700).forEach(name -> event.append('"').append(name).append("\":\"\","));

    assertThat(read(event + "\"id\":\"a\"}]}")).containsExactly("a");
  }

  private static List<String> read(String event) throws IOException {
    try (JsonParser json =
        LambdaEventSerializer.JSON.createParser(new ByteArrayInputStream(event.getBytes(UTF_8)))) {
      return EventRecords.read(json, EventRecordsTest::readId);
    }
  }

  private static String readId(JsonParser json) throws IOException {
    String id = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      id = json.nextTextValue();
    }
    return id;
  }
}
