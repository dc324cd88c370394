package localcloud.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalOnlyTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:3001,,true",
    "localhost:3001,,true",
    "localhost,http://localhost:3000,true",
    "127.0.0.1:3001,http://127.0.0.1:3000,true",
    "rebound.example:3001,,false",
    "127.0.0.1.evil.example:3001,,false",
    "127.0.0.1:3001,https://evil.example,false",
    "127.0.0.1:3001,null,false",
    "127.0.0.1:3001,http://127.0.0.1.evil.example,false"
  })
  void only_this_machine_may_ask(String host, String origin, boolean allowed) {
    assertThat(LocalOnly.allows(host, origin)).isEqualTo(allowed);
  }

  @Test
  void who_names_no_host_is_refused() {
    assertThat(LocalOnly.allows(null, null)).isFalse();
  }
}
