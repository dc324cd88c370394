package orders.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenApiTest {
  private static final OpenApi API =
      OpenApi.of(
          """
          { "openapi": "3.1.0",
            "paths": { "/things/{id}": {
              "parameters": [ { "name": "id", "in": "path", "required": true, "schema": { "pattern": "^[a-z]+$" } } ],
              "put": {
                "parameters": [ { "$ref": "#/components/parameters/Count" },
                  { "name": "If-Match", "in": "header", "required": true, "schema": { "type": "string" } } ],
                "requestBody": { "required": true, "content": { "application/json": { "schema": { "type": "object" } } } },
                "responses": { "200": { "$ref": "#/components/responses/Done" }, "400": { "description": "" } } } } },
            "x-unrouted": { "404": { "description": "" } },
            "components": {
              "parameters": { "Count": { "name": "count", "in": "query", "schema": { "type": "integer", "maximum": 9 } } },
              "responses": { "Done": { "headers": { "ETag": { "schema": { "pattern": "^[0-9]$" } } },
                "content": { "application/json": { "schema": { "type": "array" } } } } } } }
          """);

  private static Exchange exchange(
      String target, String ifMatch, String sent, int status, String etag, String body) {
    return new Exchange(
        "PUT",
        target,
        ifMatch.isEmpty()
            ? Map.of("Content-Type", "application/json")
            : Map.of("Content-Type", "application/json", "If-Match", ifMatch),
        sent,
        status,
        Map.of("ETag", etag, "Content-Type", "application/json", "Date", "now"),
        body);
  }

  @Test
  void what_is_as_the_document_says_is_documented() {
    assertThat(API.undocumented(exchange("/things/a?count=9", "x", "{}", 200, "1", "[]")))
        .isEmpty();
    assertThat(API.operations()).containsOnlyKeys("PUT /things/{id}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "/things/a?count=10 | x | {}  | 200 | 1  | []",
        "/things/a?count=x  | x | {}  | 200 | 1  | []",
        "/things/a?other=1  | x | {}  | 200 | 1  | []",
        "/things/A          | x | {}  | 200 | 1  | []",
        "/things/a          | ~~ | {} | 200 | 1  | []",
        "/things/a          | x | []  | 200 | 1  | []",
        "/things/a          | x | {   | 200 | 1  | []",
        "/things/a          | x | ~~  | 200 | 1  | []",
        "/things/a          | x | {}  | 201 | 1  | []",
        "/things/a          | x | {}  | 200 | 12 | []",
        "/things/a          | x | {}  | 200 | 1  | {}",
        "/things/a          | x | {}  | 200 | 1  | ~~",
        "/things/a          | x | {}  | 400 | 1  | ~~"
      })
  void one_thing_that_the_document_does_not_say_is_found(
      String target, String ifMatch, String sent, int status, String etag, String body) {
    assertThat(API.undocumented(exchange(target, ifMatch, sent, status, etag, body))).hasSize(1);
  }

  @Test
  void a_request_that_was_refused_may_be_as_it_likes() {
    Exchange refused =
        new Exchange("PUT", "/things/1?x=y", Map.of(), "{", 400, Map.of("Date", "now"), "");
    assertThat(API.undocumented(refused)).isEmpty();
  }

  @Test
  void what_has_no_route_is_answered_as_the_document_says_of_that() {
    Exchange lost = new Exchange("GET", "/nowhere", Map.of(), "", 404, Map.of(), "");
    assertThat(API.undocumented(lost)).isEmpty();
    Exchange found = new Exchange("put", "/things/a", Map.of(), "", 200, Map.of(), "[]");
    assertThat(API.undocumented(found)).isNotEmpty();
  }
}
