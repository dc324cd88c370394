package orders.api;

import static orders.api.ApiFixture.ALICE;
import static orders.api.ApiFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import orders.api.http.Caller;
import orders.api.http.HttpResponse;
import orders.api.http.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route that names an order, for every role, as owner and as stranger. */
class OwnershipTest {
  private static final String MISSING = "/orders/00000000-0000-5000-8000-000000000000";

  private final ApiFixture api = new ApiFixture();

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    ApiFixture.DESCRIPTION
        .operations()
        .forEach(
            (route, operation) -> {
              if (route.contains("{orderId}")) {
                for (Scope scope : Scope.values()) {
                  for (String owner : List.of("alice", "bob")) {
                    for (boolean isPending : List.of(true, false)) {
                      cases.add(Arguments.of(route, scopes(operation), scope, owner, isPending));
                    }
                  }
                }
              }
            });
    return cases.stream();
  }

  private static List<String> scopes(JsonNode operation) {
    List<String> scopes = new ArrayList<>();
    operation.get("x-scopes").forEach(scope -> scopes.add(scope.textValue()));
    return scopes;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_route_answers_whom_it_should(
      String route, List<String> scopes, Scope scope, String owner, boolean isPending) {
    Caller caller = ApiFixture.caller("alice", scope);
    Caller placer = ApiFixture.caller(owner, Scope.WRITE);
    String order =
        isPending
            ? ApiFixture.location(api.post("/orders").by(placer).json(ORDER).send())
            : api.placed(placer);

    api.resetCounts();
    HttpResponse response = send(route, order, caller);

    String written =
        switch (scope) {
          case READ -> "orders/read";
          case WRITE -> "orders/write";
          case ADMIN -> "orders/admin";
        };
    if (!scopes.contains(written)) {
      assertThat(response.status()).isEqualTo(403);
      assertThat(response.body()).isEqualTo("{\"message\":\"Forbidden\"}");
    } else if (scope == Scope.ADMIN || owner.equals("alice")) {
      assertThat(response.status()).isNotIn(401, 403, 404);
    } else {
      List<Integer> asked = api.counts();
      api.resetCounts();
      HttpResponse missing = send(route, MISSING, caller);
      assertThat(asked).as("sends, writes, reads").isEqualTo(api.counts());
      assertThat(response.status()).isEqualTo(404);
      assertThat(neutral(response, order)).isEqualTo(neutral(missing, MISSING));
      assertThat(neutralHeaders(response)).isEqualTo(neutralHeaders(missing));
      assertThat(api.queue.drain()).hasSize(isPending ? 1 : 0);
    }
  }

  @Test
  void anothers_order_is_in_no_list_and_under_no_name() {
    api.placed(ApiFixture.BOB);

    assertThat(api.get("/orders").by(ALICE).send().body()).contains("\"orders\":[]");
  }

  @Test
  void a_bad_request_for_anothers_order_tells_no_more_than_for_none() {
    String order = api.placed(ApiFixture.BOB);

    api.resetCounts();
    HttpResponse response = api.patch(order).by(ALICE).json("{").send();
    List<Integer> asked = api.counts();
    api.resetCounts();
    HttpResponse missing = api.patch(MISSING).by(ALICE).json("{").send();

    assertThat(asked).isEqualTo(api.counts());
    assertThat(neutral(response, order)).isEqualTo(neutral(missing, MISSING));
  }

  private HttpResponse send(String route, String order, Caller caller) {
    String[] parts = route.split(" ", 2);
    ApiFixture.Request request =
        api.send(parts[0], parts[1].replace("/orders/{orderId}", order)).by(caller);
    return parts[0].equals("PATCH")
        ? request.with("if-match", "*").json("{\"note\":\"n\"}").send()
        : request.send();
  }

  /** Two requests differ in what they ask for and in their ids. */
  private static String neutral(HttpResponse response, String order) {
    return response.body().replace(order, "/orders/ID").replaceAll("request-[0-9]+", "request");
  }

  private static Map<String, String> neutralHeaders(HttpResponse response) {
    Map<String, String> headers = new TreeMap<>(response.headers());
    headers.put("x-correlation-id", "");
    return headers;
  }
}
