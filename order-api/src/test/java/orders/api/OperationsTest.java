package orders.api;

import static orders.api.ApiFixture.ALICE;
import static orders.api.ApiFixture.BOB;
import static orders.api.ApiFixture.at;
import static orders.api.ApiFixture.errors;
import static orders.api.ApiFixture.json;
import static orders.api.ApiFixture.location;
import static orders.api.ApiFixture.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import orders.api.http.HttpResponse;
import orders.api.http.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationsTest {
  private static final String CREATE =
      """
      { "operation": "create", "tableName": "lambda-apigateway",
        "payload": { "Item": { "id": "1234ABCG", "price": 78.89, "product": "Beautiful Jacket",
                               "order_date": "2024-11-04T10:30:00Z" } } }\
      """;

  private static final String UPDATE =
      "{'operation':'update','tableName':'orders','payload':{'Key':{'id':'1234ABCG'},"
          + "'Changes':{'note':'n'}}}";

  private final ApiFixture api = new ApiFixture();

  @Test
  void the_tutorial_form_places_an_order() {
    HttpResponse created = operate(CREATE);
    api.deliver();

    assertThat(created.status()).isEqualTo(202);
    HttpResponse order = api.get(location(created)).by(ALICE).send();
    assertThat(at(order, "currency")).isEqualTo("EUR");
    assertThat(at(order, "total")).isEqualTo("7889");
    assertThat(at(order, "lines/0/name")).isEqualTo("Beautiful Jacket");
    assertThat(at(order, "lines/0/sku")).isEqualTo("Beautiful-Jacket");
    assertThat(at(order, "lines/0/quantity")).isEqualTo("1");
    assertThat(at(order, "reference")).isEqualTo("1234ABCG");
    assertThat(at(order, "metadata/order_date")).isEqualTo("2024-11-04T10:30:00Z");
  }

  @Test
  void creating_never_overwrites() {
    HttpResponse first = operate(CREATE);
    HttpResponse again = operate(CREATE);
    HttpResponse other = operate(CREATE.replace("78.89", "1.00"));

    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers()).containsEntry("idempotent-replayed", "true");
    assertThat(type(other)).isEqualTo("/problems/idempotency-key-reused");
    assertThat(api.queue.sends).hasValue(1);
  }

  @Test
  void an_order_is_named_by_its_id_or_by_what_its_creator_called_it() {
    HttpResponse created = operate(CREATE);
    String read = "{'operation':'read','tableName':'orders','payload':{'Key':{'id':'%s'}}}";

    assertThat(operate(read.formatted("1234ABCG")).body()).isEqualTo(created.body());
    assertThat(operate(read.formatted(at(created, "orderId"))).body()).isEqualTo(created.body());
    HttpResponse others =
        api.post("/operations").by(BOB).json(quoted(read.formatted("1234ABCG"))).send();
    assertThat(type(others)).isEqualTo("/problems/not-found");
  }

  @Test
  void what_an_order_was_called_may_look_like_an_order_id() {
    String uuid = "00000000-0000-5000-8000-000000000000";
    HttpResponse created = operate(CREATE.replace("1234ABCG", uuid));

    HttpResponse read =
        operate(
            "{'operation':'read','tableName':'orders','payload':{'Key':{'id':'" + uuid + "'}}}");

    assertThat(read.body()).isEqualTo(created.body());
  }

  @Test
  void updating_amends_and_deleting_cancels() {
    HttpResponse created = operate(CREATE);
    api.deliver();

    HttpResponse stale =
        operate(
            "{'operation':'update','tableName':'orders','payload':{'Key':{'id':'1234ABCG'},"
                + "'Changes':{'note':'n'},'version':2}}");
    HttpResponse updated =
        operate(
            "{'operation':'update','tableName':'orders','payload':{'Key':{'id':'1234ABCG'},"
                + "'Changes':{'note':'n'},'version':1}}");
    api.deliver();
    HttpResponse deleted =
        operate("{'operation':'delete','tableName':'orders','payload':{'Key':{'id':'1234ABCG'}}}");
    api.deliver();

    assertThat(stale.status()).isEqualTo(412);
    assertThat(updated.status()).isEqualTo(202);
    assertThat(deleted.status()).isEqualTo(202);
    HttpResponse order = api.get(location(created)).by(ALICE).send();
    assertThat(at(order, "note")).isEqualTo("n");
    assertThat(at(order, "status")).isEqualTo("CANCELLED");
  }

  @Test
  void the_fields_of_an_order_are_taken_too() {
    HttpResponse created =
        operate(
            "{'operation':'create','tableName':'orders','payload':{'Item':"
                + ApiFixture.ORDER.replace('"', '\'')
                + "}}");

    assertThat(created.status()).isEqualTo(202);
  }

  @Test
  void a_list_takes_the_parameters_of_a_list() {
    operate(CREATE);
    operate(CREATE.replace("1234ABCG", "2"));
    api.deliver();

    HttpResponse page =
        operate(
            "{'operation':'list','tableName':'orders','payload':{'limit':1,'status':'PLACED'}}");
    HttpResponse next =
        operate(
            "{'operation':'list','tableName':'orders','payload':{'limit':'1','status':'PLACED',"
                + "'cursor':'"
                + at(page, "next")
                + "'}}");

    assertThat(at(page, "orders/0/orderId")).isNotEqualTo(at(next, "orders/0/orderId"));
    assertThat(operate("{'operation':'list','tableName':'orders'}").status()).isEqualTo(200);
  }

  @Test
  void echo_and_ping_answer() {
    assertThat(operate("{'operation':'ping'}").body()).isEqualTo("\"pong\"");
    assertThat(operate("{'operation':'echo','payload':{'b':[1.0,1e2,null,true],'a':'\\n'}}").body())
        .isEqualTo("{\"b\":[1.0,1e2,null,true],\"a\":\"\\n\"}");
    assertThat(operate("{'operation':'echo'}").body()).isEqualTo("null");
    assertThat(api.counts()).isEqualTo(List.of(0, 0, 0, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'operation':'scan','tableName':'orders'} | /operation unknown-operation",
        "{} | /operation required",
        "{'operation':7} | /operation wrong-type",
        "{'operation':'read','payload':{'Key':{'id':'1'}}} | /tableName required",
        "{'operation':'read','tableName':'users','payload':{'Key':{'id':'1'}}} | /tableName"
            + " unknown-table",
        "{'operation':'echo','tableName':'users'} | /tableName unknown-table",
        "{'operation':'ping','Statement':'SELECT'} | /Statement raw-expression",
        "{'operation':'read','tableName':'orders'} | /payload required",
        "{'operation':'read','tableName':'orders','payload':{}} | /payload/Key required",
        "{'operation':'read','tableName':'orders','payload':{'Key':{'id':'1','x':1}}} |"
            + " /payload/Key/x unknown-field",
        "{'operation':'update','tableName':'orders','payload':{'Key':{'id':'1'},'Changes':{},'UpdateExpression':'SET"
            + " x=1'}} | /payload/UpdateExpression raw-expression",
        "{'operation':'update','tableName':'orders','payload':{'Key':{'id':'1'},'AttributeUpdates':{},'Changes':{}}}"
            + " | /payload/AttributeUpdates raw-expression",
        "{'operation':'list','tableName':'orders','payload':{'FilterExpression':'a'}} |"
            + " /payload/FilterExpression raw-expression",
        "{'operation':'create','tableName':'orders','payload':{'Items':{},"
            + " 'Item':{'product':'p','price':1}}} | /payload/Items unknown-field"
      })
  void what_is_no_operation_is_refused_before_any_call(String envelope, String error) {
    HttpResponse response = operate(envelope);

    assertThat(response.status()).isEqualTo(422);
    assertThat(type(response)).isEqualTo("/problems/invalid-operation");
    assertThat(errors(response)).containsExactly(error);
    assertThat(api.counts()).isEqualTo(List.of(0, 0, 0, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "78.899 | too-many-decimals",
        "-1 | out-of-range",
        "1e400 | out-of-range",
        "1e-400 | out-of-range",
        "10000000000.01 | out-of-range",
        "1e99999999999 | out-of-range",
        "'\"78.89\"' | wrong-type"
      })
  void a_price_is_exact(String price, String code) {
    HttpResponse response = operate(CREATE.replace("78.89", price));

    assertThat(response.status()).isEqualTo(422);
    assertThat(type(response)).isEqualTo("/problems/invalid-order");
    assertThat(errors(response)).containsExactly("/payload/Item/price " + code);
  }

  @ParameterizedTest
  @CsvSource({"78.89,7889", "78.890,7889", "7.889e1,7889", "0,0", "10000000000,1000000000000"})
  void a_price_becomes_minor_units(String price, String minorUnits) {
    assertThat(at(operate(CREATE.replace("78.89", price)), "total")).isEqualTo(minorUnits);
  }

  @Test
  void the_id_is_the_key_so_another_key_beside_it_is_refused() {
    HttpResponse response = api.post("/operations").by(ALICE).key("k").json(CREATE).send();

    assertThat(response.status()).isEqualTo(400);
    assertThat(type(response)).isEqualTo("/problems/invalid-header");
    assertThat(errors(response)).containsExactly("Idempotency-Key given-twice");
  }

  @ParameterizedTest
  @CsvSource({
    "create,delete",
    "create,update",
    "delete,create",
    "update,create",
    "delete,update",
    "update,delete"
  })
  void one_key_serves_one_operation(String first, String second) {
    operate(CREATE);
    api.deliver();

    assertThat(keyed(first).status()).isEqualTo(202);
    HttpResponse replay = keyed(first);
    HttpResponse other = keyed(second);

    assertThat(replay.headers()).containsEntry("idempotent-replayed", "true");
    assertThat(other.status()).isEqualTo(422);
    assertThat(type(other)).isEqualTo("/problems/idempotency-key-reused");
    assertThat(api.queue.drain()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"1234ABCG,1234ABCG", "1234ABCG,another", "another,1234ABCG"})
  void the_key_of_an_order_changes_none_even_years_later(String key, String target) {
    operate(CREATE);
    operate(CREATE.replace("1234ABCG", "another"));
    api.deliver();
    api.clock.advance(Duration.ofDays(1000));

    HttpResponse deleted =
        api.post("/operations")
            .by(ALICE)
            .key(key)
            .json(
                quoted(
                    "{'operation':'delete','tableName':'orders','payload':{'Key':{'id':'"
                        + target
                        + "'}}}"))
            .send();

    assertThat(type(deleted)).isEqualTo("/problems/idempotency-key-reused");
    assertThat(api.queue.drain()).isEmpty();
  }

  @Test
  void a_keyed_change_is_answered_the_same_years_later() {
    operate(CREATE);
    api.deliver();
    HttpResponse first = keyed("update");
    api.deliver();
    api.clock.advance(Duration.ofDays(1000));

    HttpResponse again = keyed("update");

    assertThat(again.status()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers()).containsEntry("idempotent-replayed", "true");
    assertThat(api.queue.drain()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 1 | 202",
        "1 | * | 202",
        "1 | 1, 2 | 202",
        "1 | 2 | 400",
        "2 | 1 | 400",
        "2 | 2 | 412"
      })
  void a_version_said_twice_must_be_said_the_same(String version, String tags, int status) {
    operate(CREATE);
    api.deliver();

    HttpResponse response =
        api.post("/operations")
            .by(ALICE)
            .with("if-match", tags.replaceAll("([0-9])", "\"$1\""))
            .json(quoted(UPDATE.replace("'Changes'", "'version':" + version + ",'Changes'")))
            .send();

    assertThat(response.status()).isEqualTo(status);
    if (status == 400) {
      assertThat(type(response)).isEqualTo("/problems/invalid-header");
      assertThat(errors(response)).containsExactly("If-Match contradicts-version");
    }
  }

  @Test
  void a_contradicted_version_tells_a_stranger_nothing() {
    operate(CREATE);
    api.deliver();

    HttpResponse response =
        api.post("/operations")
            .by(BOB)
            .with("if-match", "\"2\"")
            .json(quoted(UPDATE.replace("'Changes'", "'version':1,'Changes'")))
            .send();

    assertThat(response.status()).isEqualTo(404);
  }

  @Test
  void what_an_update_would_leave_undone_is_pointed_at_in_the_envelope() {
    operate(CREATE);
    api.deliver();

    HttpResponse response =
        operate(UPDATE.replace("'note':'n'", "'shippingAddress':{'name':'n','line1':'l'}"));

    assertThat(response.status()).isEqualTo(422);
    assertThat(errors(response))
        .containsExactly(
            "/payload/Changes/shippingAddress/city required",
            "/payload/Changes/shippingAddress/country required");
  }

  @Test
  void wrong_parameters_of_a_list_are_pointed_at() {
    HttpResponse response =
        operate("{'operation':'list','tableName':'orders','payload':{'limit':0,'sort':7,'x':1}}");

    assertThat(response.status()).isEqualTo(400);
    assertThat(type(response)).isEqualTo("/problems/invalid-parameter");
    assertThat(errors(response))
        .containsExactlyInAnyOrder(
            "/payload/limit out-of-range",
            "/payload/sort wrong-type",
            "/payload/x unknown-parameter");
  }

  @Test
  void all_that_is_wrong_with_an_item_is_told_at_once() {
    HttpResponse response =
        operate(
            "{'operation':'create','tableName':'orders','payload':{'Item':{'price':'1','colour':1}}}");

    assertThat(errors(response))
        .containsExactlyInAnyOrder(
            "/payload/Item/colour unknown-field",
            "/payload/Item/price wrong-type",
            "/payload/Item/product required");
  }

  @Test
  void reading_needs_the_scope_to_read() {
    HttpResponse response =
        api.post("/operations")
            .by(ApiFixture.caller("alice", Scope.WRITE))
            .json(quoted("{'operation':'list','tableName':'orders'}"))
            .send();

    assertThat(response.status()).isEqualTo(403);
    assertThat(json(response).members()).containsOnlyKeys("message");
  }

  private HttpResponse keyed(String operation) {
    return api.post("/operations")
        .by(ALICE)
        .key("one-key")
        .json(
            quoted(
                switch (operation) {
                  case "create" ->
                      "{'operation':'create','tableName':'orders','payload':{'Item':"
                          + ApiFixture.ORDER
                          + "}}";
                  case "update" -> UPDATE;
                  default ->
                      "{'operation':'delete','tableName':'orders','payload':{'Key':{'id':'1234ABCG'}}}";
                }))
        .send();
  }

  private HttpResponse operate(String envelope) {
    return api.post("/operations").by(ALICE).json(quoted(envelope)).send();
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }
}
