package orders.proof.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import localcloud.LocalCloud;
import localcloud.junit.RunTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What customers, the back office and a newcomer do with the console, from sign-in to redrive. */
@RunTemplate(instance = "console")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleIT {
  private static final String PANEL_PLACED = ".panel .chip.placed";
  private static final int ATTEMPTS = 10;
  private static final Pattern ANSWERED =
      Pattern.compile("status of (403|409|412|422|429|500|503)");
  private static final int FIRST_VIEW_BYTES = 150 * 1024;

  private final HttpClient http = HttpClient.newHttpClient();
  private final LocalCloud cloud;
  private Browser browser;

  ConsoleIT(LocalCloud cloud) {
    this.cloud = cloud;
  }

  @BeforeAll
  void openBrowser() {
    browser = new Browser();
  }

  @AfterAll
  void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void plainSight() {
    browser.size(false);
    browser.dark(false);
  }

  @AfterEach
  void noComplaint() {
    List<String> complaints =
        browser.complaints(cloud.apiUrl()).stream()
            // The browser tells of every answer above 399 itself: a lost race is one, and so is a
            // busy machine's.
            .filter(complaint -> !ANSWERED.matcher(complaint).find())
            .toList();
    assertThat(complaints).isEmpty();
  }

  // ----------------------------------------------------------------------------------------------------- customer

  @Test
  void a_customer_places_an_order_sees_it_placed_and_cancels_it() {
    signIn("alice");
    String reference = aReference();
    browser.press("nav a[href='#/new']");
    browser.write("#field-reference", reference);
    browser.write("#field-lines-0-sku", "JACKET-1");
    browser.write("#field-lines-0-name", "Beautiful Jacket");
    browser.write("#field-lines-0-unitPrice", "78.89");
    browser.write("#field-lines-0-quantity", "2");
    browser.seeText(".running", "157.78");
    browser.screenshot("new-order");

    browser.press(".place .primary");

    browser.seeText("#order-title", reference);
    browser.see(PANEL_PLACED);
    browser.seeText(".sum", "157.78");
    browser.seeText(".timeline", "Placed");
    assertThat(browser.count("[data-move=confirm]")).isZero();
    browser.screenshot("customer");

    browser.press("[data-move=cancel]");
    browser.write("dialog [name=reason]", "Changed my mind");
    browser.press("dialog .danger");

    browser.see(".panel .chip.cancelled");
    browser.seeText(".timeline", "Changed my mind");
  }

  @Test
  void what_is_wrong_is_said_at_its_field_before_it_is_sent_and_after() {
    signIn("alice");
    browser.view("#/new");
    browser.write("#field-lines-0-sku", "no spaces");
    browser.write("#field-lines-0-unitPrice", "1.999");
    browser.press(".place .primary");
    browser.seeText("#field-lines-0-sku-error", "Letters, digits");
    browser.seeText("#field-lines-0-unitPrice-error", "2 decimals");

    browser.write("#field-lines-0-sku", "JACKET-1");
    browser.write("#field-lines-0-unitPrice", "1.99");
    browser.write("#field-currency", "XQQ"); // right in form, and no currency: only the API knows
    browser.press(".place .primary");

    browser.see("#field-currency-error");
    assertThat(browser.see("#field-currency").getDomAttribute("aria-invalid")).isEqualTo("true");
    assertThat(browser.violations()).isEmpty();
    browser.screenshot("refused");
  }

  @Test
  void the_token_of_a_customer_does_not_move_an_order_whatever_the_page_shows() throws Exception {
    String id = place("alice", aReference());
    awaitStatus(id, "PLACED");

    HttpResponse<String> answer =
        send("alice", "POST", "/orders/" + id + "/confirm", "", Map.of("If-Match", "*"));

    assertThat(answer.statusCode()).isEqualTo(403);
  }

  // -------------------------------------------------------------------------------------------------- back office

  @Test
  void the_back_office_filters_and_pages() throws Exception {
    for (int i = 0; i < 12; i++) {
      awaitStatus(place("bob", aReference()), "PLACED");
    }
    signIn("office");
    browser.view("#/orders?customer=bob&limit=10");
    browser.await("a full page", it -> browser.count(".orders tbody tr") == 10 ? true : null);
    List<String> first = browser.texts(".orders .what a");
    assertThat(browser.texts(".orders tbody .who")).containsOnly("bob");
    assertThat(browser.violations()).isEmpty();
    browser.screenshot("list");

    browser.press(".pager button:last-child");
    browser.seeText(".pager", "Page 2");
    browser.see(".orders .what a");
    assertThat(browser.texts(".orders .what a")).isNotEmpty().doesNotContainAnyElementsOf(first);
    browser.press(".pager button:nth-last-child(2)");
    browser.seeText(".pager", "Page 1");

    browser.press(".pill:has([value=DELIVERED])");
    browser.seeText(".empty", "No order matches");
    browser.press(".empty button");
    browser.see(".orders tbody tr");
  }

  @Test
  void the_back_office_confirms_one_order_and_ships_several() throws Exception {
    String one = place("alice", aReference());
    String other = place("alice", aReference());
    awaitStatus(one, "PLACED");
    awaitStatus(other, "PLACED");
    signIn("office");
    browser.view("#/orders/" + one);
    browser.press("[data-move=confirm]");
    browser.see(".panel .chip.confirmed");
    browser.seeText(".timeline", "Confirmed");
    browser.screenshot("back-office");
    browser.press(".panel .close");

    for (String id : List.of(one, other)) {
      browser.press("[data-order='" + id + "'] input");
    }
    browser.press(".selection button:nth-of-type(1)"); // one of the two can still be confirmed
    browser.press("dialog .primary");
    browser.see("[data-order='" + other + "'] .chip.confirmed");
    browser.run("document.querySelector('.selection .quiet')?.click()");
    for (String id : List.of(one, other)) {
      browser.press("[data-order='" + id + "'] input");
    }
    browser.press(".selection button:nth-of-type(2)");
    browser.press("dialog .primary");

    browser.see("[data-order='" + one + "'] .chip.shipped");
    browser.see("[data-order='" + other + "'] .chip.shipped");
  }

  @Test
  void who_loses_a_race_is_told_what_changed() throws Exception {
    String id = place("alice", aReference());
    awaitStatus(id, "PLACED");
    signIn("office");
    browser.view("#/orders/" + id);
    browser.press("[data-move=amend]");
    browser.write("dialog [name=note]", "Ring twice");
    // While the dialog is open somebody else is quicker.
    HttpResponse<String> quicker =
        send("alice", "POST", "/orders/" + id + "/cancel", "", Map.of("If-Match", "*"));
    assertThat(quicker.statusCode()).isEqualTo(202);
    awaitStatus(id, "CANCELLED");

    browser.press("dialog .primary");

    browser.seeText("#lost-race", "was not made");
    browser.seeText("#lost-race", "Cancelled by alice");
    browser.see(".panel .chip.cancelled");
    assertThat(browser.violations()).isEmpty();
    browser.screenshot("lost-race");
  }

  @Test
  void the_list_is_live() throws Exception {
    signIn("office");
    browser.view("#/orders");
    browser.see(".live");
    String reference = aReference();

    place("bob", reference);

    browser.seeText(".orders", reference);
  }

  // ----------------------------------------------------------------------------------------------------- pipeline

  @Test
  void poison_is_parked_whole_read_with_its_reason_and_sent_back() throws Exception {
    String id = place("alice", aReference());
    awaitStatus(id, "PLACED");
    signIn("alice");
    browser.press("nav a[href='#/pipeline']");
    browser.press("[data-action=poison]");
    browser.press(".letters.some");
    browser.press(".letterbox summary");
    browser.seeText(".letterbox pre", "no command");
    browser.see(".letterbox dd");
    browser.see(".workers tbody tr");
    assertThat(browser.violations()).isEmpty();
    browser.screenshot("pipeline");
    String before = browser.texts(".letterbox li .mono").getFirst();

    browser.press("[data-action=redrive]");
    browser.press("dialog .primary");

    // It cannot succeed, so it comes again: as another message, with nothing lost on the way.
    browser.await(
        "another message",
        it -> {
          List<String> ids = browser.texts(".letterbox li .mono");
          return (ids.size() == 1 && !ids.contains(before)) ? true : null;
        });

    browser.write("#trail-id", id);
    browser.press(".find button");
    browser.seeText(".trail", "order accepted");
    browser.screenshot("trail");
  }

  @Test
  void a_killed_process_is_replaced_and_the_order_is_placed_all_the_same() throws Exception {
    signIn("alice");
    browser.view("#/pipeline");
    browser.seeText(".workers", "OrderProcessor");
    browser.press("[aria-label$='OrderProcessorFunction']");
    browser.seeText(".notices", "Killed OrderProcessorFunction");

    awaitStatus(place("alice", aReference()), "PLACED");
  }

  // ---------------------------------------------------------------------------------------------
  // the page as such

  @ParameterizedTest
  @ValueSource(strings = {"#/orders", "#/new", "#/pipeline"})
  void anyone_can_use_each_view_in_the_light_in_the_dark_and_on_a_phone(String view)
      throws Exception {
    String id = place("alice", aReference());
    awaitStatus(id, "PLACED");
    signIn("office");
    browser.view(view.equals("#/orders") ? "#/orders/" + id : view);
    browser.see(view.equals("#/orders") ? PANEL_PLACED : "main h1");
    if (view.equals("#/pipeline")) {
      browser.see(".flow");
    }
    for (boolean dark : List.of(false, true)) {
      for (boolean phone : List.of(false, true)) {
        browser.dark(dark);
        browser.size(phone);
        assertThat(browser.violations()).as("%s dark %s phone %s", view, dark, phone).isEmpty();
        assertThat(
                (Boolean) browser.run("return document.documentElement.scrollWidth <= innerWidth"))
            .as("%s fits, phone %s", view, phone)
            .isTrue();
        String form = (phone ? "phone" : "wide") + '-' + (dark ? "dark" : "light");
        browser.screenshot(view.substring(2) + '-' + form);
      }
    }
  }

  @Test
  void the_first_view_is_small_and_needs_nobody_else() {
    browser.open(console());
    browser.see(".welcome");

    long bytes =
        ((Number)
                browser.run(
                    """
                    return [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
                      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)\
                    """))
            .longValue();
    assertThat(bytes).isBetween(10_000L, (long) FIRST_VIEW_BYTES);
    assertThat(
            (Boolean)
                browser.run(
                    "return performance.getEntriesByType('resource').every(({name}) =>"
                        + " name.startsWith(location.origin))"))
        .isTrue();
    assertThat(browser.violations()).isEmpty();
    browser.screenshot("welcome");
  }

  @Test
  void tokens_are_in_memory_alone() {
    signIn("alice");

    assertThat(
            browser
                .run(
                    "return JSON.stringify([{...localStorage}, {...sessionStorage},"
                        + " document.cookie, location.href])")
                .toString())
        .doesNotContain("eyJ")
        .doesNotContain("code=")
        .doesNotContain("verifier");
  }

  @Test
  @SuppressWarnings("unchecked")
  void money_has_the_decimals_of_iso_4217_as_the_api_has() {
    browser.open(console());
    Map<String, Long> expected = new TreeMap<>();
    for (Currency currency : Currency.getAvailableCurrencies()) {
      if (currency.getDefaultFractionDigits() >= 0) {
        expected.put(currency.getCurrencyCode(), (long) currency.getDefaultFractionDigits());
      }
    }
    // No longer active, so that no order is in them.
    expected
        .keySet()
        .removeAll(
            Set.of(
                "ADP", "BEF", "BYB", "BYR", "ESP", "GRD", "GWP", "ITL", "LUF", "MGF", "PTE", "ROL",
                "TPE", "TRL"));

    Map<String, Long> actual =
        (Map<String, Long>)
            browser.run(
                """
                const { exponent } = await import('./app/money.js');
                return Object.fromEntries(arguments_[0].map((code) => [code, exponent(code)]));\
                """,
                List.copyOf(expected.keySet()));

    assertThat(new TreeMap<>(actual)).isEqualTo(expected);
    assertThat(
            browser.run(
                """
                const { decimal, parse } = await import('./app/money.js');
                return [decimal(9007199254740991, 'EUR'), decimal(5, 'BHD'), parse('78,89', 'EUR'), parse('78.899', 'EUR') ?? null,
                  parse('500', 'JPY'), parse('-1', 'EUR') ?? null].join()\
                """))
        .isEqualTo("90071992547409.91,0.005,7889,,500,");
  }

  @Test
  void an_export_is_no_formula() {
    browser.open(console());

    assertThat(
            browser.run(
                """
                const { cell } = await import('./app/export.js');
                return ['=1+1', '@x', '+a', '-a', '  =1', 'a,"b"', 'plain', undefined].map(cell).join('|')\
                """))
        .isEqualTo("'=1+1|'@x|'+a|'-a|'  =1|\"a,\"\"b\"\"\"|plain|");
  }

  // ------------------------------------------------------------------------------------------------------ helpers

  private URI console() {
    return cloud.apiUrl().resolve("/console/");
  }

  private void signIn(String user) {
    browser.open(console());
    browser.press(".welcome button.primary");
    browser.press("button[value=" + user + "]");
    browser.see(".person");
    browser.see("#orders-title");
  }

  private static String aReference() {
    return "PO-" + UUID.randomUUID().toString().substring(0, 8);
  }

  private String place(String customer, String reference) throws IOException, InterruptedException {
    String body =
        """
        {"currency":"EUR","reference":"%s","lines":[{"sku":"JACKET-1","name":"Beautiful Jacket","quantity":1,"unitPrice":7889},
        {"sku":"MUG-2","name":"Blue Mug","quantity":4,"unitPrice":1450}]}\
        """
            .formatted(reference);
    var headers = Map.of("Idempotency-Key", UUID.randomUUID().toString());
    HttpResponse<String> answer = send(customer, "POST", "/orders", body, headers);
    // On a busy machine the first request may find a function that is not up yet; its key stays
    // good.
    for (int attempt = 2; answer.statusCode() >= 500 && attempt <= ATTEMPTS; attempt++) {
      answer = send(customer, "POST", "/orders", body, headers);
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return answer.headers().firstValue("Location").orElseThrow().substring("/orders/".length());
  }

  private void awaitStatus(String id, String status) {
    String path = "/orders/" + id;
    browser.await(
        id + " to be " + status,
        it -> {
          try {
            String body = send("office", "GET", path, "", Map.of()).body();
            return body.contains("\"status\":\"" + status + "\"") ? true : null;
          } catch (IOException again) {
            return null;
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
          }
        });
  }

  private HttpResponse<String> send(
      String user, String method, String path, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    Set<String> scopes =
        user.equals("office") ? Set.of("orders/admin") : Set.of("orders/read", "orders/write");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(cloud.apiUrl().resolve(path))
            .timeout(Duration.ofSeconds(40))
            .header("Authorization", "Bearer " + cloud.token(user, scopes, Duration.ofHours(1)))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
