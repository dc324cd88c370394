package localcloud.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterCriteriaTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static boolean passes(String pattern, String record) {
    return FilterCriteria.of(List.of(json(pattern))).passes(json(record));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':['x']} | {'a':'x'} | true",
        "{'a':['x','y']} | {'a':'y'} | true",
        "{'a':['x']} | {'a':'z'} | false",
        "{'a':['x']} | {} | false",
        "{'a':['x'],'b':['y']} | {'a':'x'} | false",
        "{'a':[1]} | {'a':1.0} | true",
        "{'a':[true]} | {'a':true} | true",
        "{'a':[null]} | {'a':null} | true",
        "{'a':[null]} | {} | false",
        "{'a':['']} | {'a':''} | true",
        "{'a':['x']} | {'a':['w','x']} | true",
        "{'a':{'b':['x']}} | {'a':{'b':'x','c':1}} | true",
        "{'a':{'b':['x']}} | {'a':'x'} | false",
        "{'a':[{'prefix':'ab'}]} | {'a':'abc'} | true",
        "{'a':[{'prefix':'ab'}]} | {'a':'xabc'} | false",
        "{'a':[{'suffix':'bc'}]} | {'a':'abc'} | true",
        "{'a':[{'suffix':'bc'}]} | {'a':'abcd'} | false",
        "{'a':[{'prefix':{'equals-ignore-case':'AB'}}]} | {'a':'abc'} | true",
        "{'a':[{'equals-ignore-case':'ABC'}]} | {'a':'abc'} | true",
        "{'a':[{'equals-ignore-case':'ABC'}]} | {'a':'abcd'} | false",
        "{'a':[{'anything-but':['x','y']}]} | {'a':'z'} | true",
        "{'a':[{'anything-but':['x','y']}]} | {'a':'x'} | false",
        "{'a':[{'anything-but':'x'}]} | {'a':'x'} | false",
        "{'a':[{'anything-but':['x']}]} | {} | false",
        "{'a':[{'anything-but':{'prefix':'x'}}]} | {'a':'xy'} | false",
        "{'a':[{'anything-but':{'prefix':'x'}}]} | {'a':'yx'} | true",
        "{'a':[{'exists':true}]} | {'a':1} | true",
        "{'a':[{'exists':true}]} | {'b':1} | false",
        "{'a':[{'exists':true}]} | {'a':{'b':1}} | false",
        "{'a':[{'exists':false}]} | {'b':1} | true",
        "{'a':[{'exists':false}]} | {'a':null} | false",
        "{'a':[{'numeric':['=',3]}]} | {'a':3} | true",
        "{'a':[{'numeric':['>',3]}]} | {'a':3} | false",
        "{'a':[{'numeric':['>=',0,'<',10]}]} | {'a':9.99} | true",
        "{'a':[{'numeric':['>=',0,'<',10]}]} | {'a':10} | false",
        "{'a':[{'numeric':['>',1]}]} | {'a':'5'} | false",
        "{'$or':[{'a':['x']},{'b':['y']}]} | {'b':'y'} | true",
        "{'$or':[{'a':['x']},{'b':['y']}]} | {'b':'z'} | false",
        "{'c':[1],'$or':[{'a':['x']},{'b':['y']}]} | {'b':'y'} | false",
      })
  void a_record_passes_if_each_named_field_matches(String pattern, String record, boolean passes) {
    assertThat(passes(pattern, record)).isEqualTo(passes);
  }

  @Test
  void a_record_passes_if_one_of_several_patterns_matches() {
    FilterCriteria criteria = FilterCriteria.of(List.of(json("{'a':[1]}"), json("{'b':[2]}")));

    assertThat(criteria.passes(json("{'b':2}"))).isTrue();
    assertThat(criteria.passes(json("{'b':3}"))).isFalse();
    assertThat(FilterCriteria.of(List.of()).passes(json("{'b':3}"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'body':{'a':['x']}} | {'a':'x'} | true",
        "{'body':{'a':['x']}} | {'a':'y'} | false",
        "{'body':{'a':['x']}} | plain | false",
        "{'body':{'a':['x']}} | {'a':'x'} and more | false",
        "{'body':{'a':['x']}} | {'a':'x'}{'a':'x'} | false",
        "{'body':[{'suffix':'more'}]} | {'a':'x'} and more | true",
        "{'body':['plain']} | plain | true",
        "{'body':[{'prefix':'pl'}]} | plain | true",
        "{'body':['plain']} | {'a':'x'} | false",
        "{'body':[{'prefix':'{'}]} | {'a':'x'} | false",
        "{'body':[{'anything-but':'plain'}]} | {'a':'x'} | false",
        "{'body':[{'anything-but':'plain'}]} | other | true",
        "{'body':{'a':[{'exists':false}]}} | plain | false",
        "{'body':{'a':[{'exists':false}]}} | {'b':1} | true",
        "{'$or':[{'body':{'a':['x']}},{'body':{'b':['x']}}]} | {'b':'x'} | true",
      })
  void a_queues_body_is_looked_into_where_the_pattern_does(
      String pattern, String body, boolean passes) {
    ObjectNode record = JSON.createObjectNode();
    record.put("messageId", "m").put("body", body.replace('\'', '"'));

    assertThat(FilterCriteria.of(List.of(json(pattern))).passesQueueRecord(record))
        .isEqualTo(passes);
  }

  @Test
  void a_number_beyond_all_bounds_is_no_number_to_compare() {
    ObjectNode record = JSON.createObjectNode();
    record.put("body", "{\"a\":1e400}");

    assertThat(
            FilterCriteria.of(List.of(json("{'body':{'a':[{'numeric':['>',0]}]}}")))
                .passesQueueRecord(record))
        .isFalse();
    assertThat(FilterCriteria.of(List.of(json("{'body':{'a':[1]}}"))).passesQueueRecord(record))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':'x'}",
        "{'a':[]}",
        "{'a':[{'regex':'x'}]}",
        "{'a':[{'numeric':['~',1]}]}",
        "{'a':[{'numeric':['>','1']}]}",
        "{'a':[{'numeric':['>']}]}",
        "{'a':[{'exists':'yes'}]}",
        "{'a':[{'prefix':1}]}",
        "{'a':[{'prefix':'x','suffix':'y'}]}",
        "{'$or':[{'a':[1]}]}",
        "[]",
      })
  void what_is_not_of_the_language_is_refused(String pattern) {
    assertThatThrownBy(() -> FilterCriteria.of(List.of(json(pattern))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
