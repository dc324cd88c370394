package orders.wire;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WireJsonTest {
  /** Customers name the keys of their metadata. */
  @Test
  void names_that_were_made_to_collide_do_no_harm() {
    // Each pair weighs the same in the parser's hash, whatever its seed.
    Set<String> names =
        IntStream.range(0, 1024)
            .mapToObj(
                bits ->
                    IntStream.range(0, 10)
                        .mapToObj(i -> (bits >> i & 1) == 0 ? "ac" : "bB")
                        .collect(joining()))
            .collect(toSet());
    String json = names.stream().map(name -> '"' + name + "\":1").collect(joining(",", "{", "}"));

    assertThat(WireJson.read(json).map()).containsOnlyKeys(names);
  }
}
