package localcloud.services.sns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterPolicyTest {
  private static SnsMessage message(String body, String... namesTypesValues) {
    Map<String, SnsMessage.Attribute> attributes = new LinkedHashMap<>();
    for (int i = 0; i < namesTypesValues.length; i += 3) {
      attributes.put(
          namesTypesValues[i],
          new SnsMessage.Attribute(namesTypesValues[i + 1], namesTypesValues[i + 2]));
    }
    return new SnsMessage(
        "id",
        "arn",
        Optional.empty(),
        Map.of("default", body),
        attributes,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "now");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\":[\"x\",\"y\"]}                       | String | y | true",
        "{\"a\":[\"x\"]}                             | String | X | false",
        "{\"a\":[{\"prefix\":\"ord\"}]}              | String | order | true",
        "{\"a\":[{\"prefix\":\"ord\"}]}              | String | word | false",
        "{\"a\":[{\"suffix\":\"ed.v1\"}]}            | String | placed.v1 | true",
        "{\"a\":[{\"suffix\":\"x\"}]}                | String | xy | false",
        "{\"a\":[{\"equals-ignore-case\":\"EUR\"}]}  | String | eur | true",
        "{\"a\":[{\"wildcard\":\"order.*.v1\"}]}     | String | order.placed.v1 | true",
        "{\"a\":[{\"wildcard\":\"order.*.v2\"}]}     | String | order.placed.v1 | false",
        "{\"a\":[{\"wildcard\":\"a\\\\*b\"}]}        | String | a*b | true",
        "{\"a\":[{\"wildcard\":\"a\\\\*b\"}]}        | String | axb | false",
        "{\"a\":[{\"anything-but\":\"x\"}]}          | String | y | true",
        "{\"a\":[{\"anything-but\":[\"x\",\"y\"]}]}  | String | y | false",
        "{\"a\":[{\"anything-but\":{\"prefix\":\"x\"}}]}   | String | xy | false",
        "{\"a\":[{\"anything-but\":{\"suffix\":\"y\"}}]}   | String | xy | false",
        "{\"a\":[{\"anything-but\":{\"wildcard\":\"*x*\"}}]} | String | yy | true",
        "{\"a\":[{\"anything-but\":[100]}]}          | Number | 100.0 | false",
        "{\"a\":[{\"anything-but\":[100]}]}          | Number | 101 | true",
        "{\"a\":[3.0e2]}                             | Number | 300 | true",
        "{\"a\":[300]}                               | String | 300 | false",
        "{\"a\":[{\"numeric\":[\"=\",301.5]}]}       | Number | 3.015e2 | true",
        "{\"a\":[{\"numeric\":[\">\",0,\"<=\",150]}]}| Number | 150 | true",
        "{\"a\":[{\"numeric\":[\">\",0,\"<=\",150]}]}| Number | 0 | false",
        "{\"a\":[{\"numeric\":[\"<\",1]}]}           | String | 0 | false",
        "{\"a\":[{\"exists\":true}]}                 | String | x | true",
        "{\"a\":[{\"exists\":false}]}                | String | x | false",
        "{\"b\":[{\"exists\":false}]}                | String | x | true",
        "{\"b\":[{\"exists\":true}]}                 | String | x | false",
        "{\"b\":[{\"anything-but\":\"x\"}]}          | String | x | false",
        "{\"a\":[{\"cidr\":\"10.0.0.0/24\"}]}        | String | 10.0.0.255 | true",
        "{\"a\":[{\"cidr\":\"10.0.0.0/24\"}]}        | String | 10.0.1.1 | false",
        "{\"a\":[{\"cidr\":\"10.0.0.0/0\"}]}         | String | 1.2.3.4 | true",
        "{\"a\":[{\"cidr\":\"fd00::/8\"}]}           | String | fdff::1 | true",
        "{\"a\":[{\"cidr\":\"10.0.0.0/24\"}]}        | String | example.org | false",
        "{\"a\":[\"x\"]}                             | String.Array | [\"x\",\"y\"] | true",
        "{\"a\":[\"z\"]}                             | String.Array | [\"x\",\"y\"] | false",
        "{\"a\":[7,true]}                            | String.Array | [\"x\",true] | true",
        "{\"a\":[{\"numeric\":[\">\",5]}]}           | String.Array | [3,9] | true",
        "{\"a\":[\"eA==\"]}                          | Binary | eA== | false",
        "{\"$or\":[{\"a\":[\"x\"]},{\"b\":[\"y\"]}]} | String | x | true",
        "{\"$or\":[{\"a\":[\"z\"]},{\"b\":[\"y\"]}]} | String | x | false",
        "{}                                          | String | x | true",
      })
  void an_attribute_is_matched_by_each_operator(
      String policy, String type, String value, boolean matches) throws SnsException {
    assertThat(FilterPolicy.parse(policy, false).matches(message("m", "a", type, value)))
        .isEqualTo(matches);
  }

  @Test
  void every_key_must_match() throws SnsException {
    var policy = FilterPolicy.parse("{\"a\":[\"x\"],\"b\":[\"y\"]}", false);

    assertThat(policy.matches(message("m", "a", "String", "x", "b", "String", "y"))).isTrue();
    assertThat(policy.matches(message("m", "a", "String", "x", "b", "String", "z"))).isFalse();
    assertThat(policy.matches(message("m", "a", "String", "x"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"type\":[\"placed\"]}                     | {\"type\":\"placed\"} | true",
        "{\"data\":{\"order\":{\"total\":[{\"numeric\":[\">=\",100]}]}}} |"
            + " {\"data\":{\"order\":{\"total\":100}}} | true",
        "{\"data\":{\"order\":{\"total\":[{\"numeric\":[\">\",100]}]}}}  |"
            + " {\"data\":{\"order\":{\"total\":100}}} | false",
        "{\"tags\":[\"b\"]}                          | {\"tags\":[\"a\",\"b\"]} | true",
        "{\"lines\":{\"sku\":[\"B\"]}}               |"
            + " {\"lines\":[{\"sku\":\"A\"},{\"sku\":\"B\"}]} | true",
        "{\"lines\":{\"sku\":[\"B\"],\"n\":[1]}}     |"
            + " {\"lines\":[{\"sku\":\"A\",\"n\":1},{\"sku\":\"B\",\"n\":2}]} | false",
        "{\"a\":[null]}                              | {\"a\":null} | true",
        "{\"a\":[true]}                              | {\"a\":true} | true",
        "{\"a\":[true]}                              | {\"a\":\"true\"} | false",
        "{\"a\":{\"b\":[{\"exists\":false}]}}        | {\"a\":{}} | true",
        "{\"a\":[\"x\"]}                             | not json | false",
        "{\"a\":[\"x\"]}                             | [\"x\"] | false",
        "{\"a\":{\"$or\":[{\"b\":[1]},{\"c\":[2]}]}} | {\"a\":{\"c\":2}} | true",
      })
  void a_body_is_matched_at_any_depth(String policy, String body, boolean matches)
      throws SnsException {
    assertThat(FilterPolicy.parse(policy, true).matches(message(body))).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "[]",
        "{\"a\":\"x\"}",
        "{\"a\":[]}",
        "{\"a\":[[1]]}",
        "{\"a\":{\"b\":[1]}}",
        "{\"a\":[{\"sounds-like\":\"x\"}]}",
        "{\"a\":[{\"prefix\":\"x\",\"suffix\":\"y\"}]}",
        "{\"a\":[{\"prefix\":1}]}",
        "{\"a\":[{\"exists\":\"yes\"}]}",
        "{\"a\":[{\"cidr\":\"10.0.0.0\"}]}",
        "{\"a\":[{\"numeric\":[\">\"]}]}",
        "{\"a\":[{\"numeric\":[\"!=\",1]}]}",
        "{\"a\":[{\"numeric\":[\">\",5,\"<\",1]}]}",
        "{\"a\":[{\"anything-but\":[]}]}",
        "{\"a\":[{\"anything-but\":{\"numeric\":[\"=\",1]}}]}",
        "{\"a\":[1],\"b\":[1],\"c\":[1],\"d\":[1],\"e\":[1],\"f\":[1]}",
      })
  void a_policy_that_sns_refuses_is_refused(String policy) {
    assertThatThrownBy(() -> FilterPolicy.parse(policy, false))
        .isInstanceOf(SnsException.class)
        .hasMessageStartingWith("Invalid parameter: FilterPolicy: ");
  }

  @Test
  void a_number_beyond_all_bounds_is_no_number_to_compare() throws Exception {
    var beyond = message("{\"a\":1e400}");

    assertThat(FilterPolicy.parse("{\"a\":[{\"numeric\":[\">\",0]}]}", true).matches(beyond))
        .isFalse();
    assertThat(FilterPolicy.parse("{\"a\":[1]}", true).matches(beyond)).isFalse();
    assertThat(FilterPolicy.parse("{\"a\":[{\"anything-but\":[1]}]}", true).matches(beyond))
        .isTrue();
  }

  @Test
  void a_policy_of_too_many_combinations_is_refused() {
    String values = "[" + "1,".repeat(12) + "1]";

    assertThatThrownBy(
            () -> FilterPolicy.parse("{\"a\":" + values + ",\"b\":" + values + "}", false))
        .hasMessageContaining("too complex");
  }
}
