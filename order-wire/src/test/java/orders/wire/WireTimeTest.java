package orders.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTimeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999Z",
        "2026-01-31T09:30:00.007Z",
        "2028-02-29T23:59:59.120Z",
        "0000-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z"
      })
  void a_time_has_three_digits_of_milliseconds(String text) {
    assertThat(WireTime.parse(text)).isEqualTo(Instant.parse(text));
    assertThat(WireTime.text(Instant.parse(text))).isEqualTo(text);
  }

  @Test
  void what_is_smaller_than_a_millisecond_is_cut_off() {
    assertThat(WireTime.text(Instant.parse("2026-01-31T09:30:00.000999999Z")))
        .isEqualTo("2026-01-31T09:30:00.000Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-01-31",
        "2026-01-31T09:30:00Z",
        "2026-01-31T09:30:00.12Z",
        "2026-01-31T09:30:00.1234Z",
        "2026-01-31T09:30:00.123+",
        "2026-01-31 09:30:00.123Z",
        "2026-02-30T09:30:00.123Z",
        "2026-01-31T24:30:00.123Z",
        "２026-01-31T09:30:00.12Z"
      })
  void no_other_form_is_read(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> WireTime.parse(text));
  }
}
