package orders.systemtests.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import localcloud.LocalCloud;
import localcloud.junit.RunTemplate;
import org.junit.jupiter.api.Test;

/** What a customer does with the console: sign in, place, amend, cancel. */
@RunTemplate(instance = "console")
class CustomerIT extends ConsoleTest {

  CustomerIT(LocalCloud cloud) {
    super(cloud);
  }

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
    browser.seeText(".will", "157.78 euros");
    browser.screenshot("new-order");

    browser.press(".place .primary");

    browser.seeText("#order-title", reference);
    browser.seeFocus("#order-title");
    browser.see(PANEL_PLACED);
    assertThat(browser.title()).startsWith(reference + ", placed");
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
    browser.write("#field-lines-0-unitPrice", "1.9999");
    browser.press(".place .primary");
    browser.seeText("#field-lines-0-sku-error", "Letters, digits");
    browser.seeText("#field-lines-0-unitPrice-error", "2 decimals");

    browser.write("#field-lines-0-sku", "JACKET-1");
    browser.write("#field-lines-0-unitPrice", "1.99");
    // Only the API refuses this one.
    browser.run(
        """
        const note = document.querySelector('#field-note');
        note.value = 'a\\u0007b';
        note.dispatchEvent(new Event('input', { bubbles: true }));\
        """);
    browser.press(".place .primary");

    browser.see("#field-note-error");
    assertThat(browser.see("#field-note").getDomAttribute("aria-invalid")).isEqualTo("true");
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

  @Test
  void an_amount_that_can_be_read_in_two_ways_is_refused_with_both() {
    signIn("alice");
    browser.view("#/new");
    browser.write("#field-lines-0-sku", "JACKET-1");
    browser.write("#field-lines-0-unitPrice", "1,500");
    browser.press(".place .primary");
    browser.seeText("#field-lines-0-unitPrice-error", "€1,500.00 or as €1.50");

    browser.choose("#field-currency", "JPY");
    browser.write("#field-lines-0-unitPrice", "500");
    browser.seeText(".will", "500 Japanese yen");
    browser.choose("#field-shippingAddress-country", "IE");
    browser.write("#field-shippingAddress-name", "A. Customer");
    browser.write("#field-shippingAddress-line1", "1 Main Street");
    browser.write("#field-shippingAddress-city", "Dublin");
    browser.press(".place .primary");

    browser.see(PANEL_PLACED);
    browser.seeText(".sum", "¥500");
    browser.seeText(".panel .facts", "Dublin\nIE");
  }

  @Test
  void an_amendment_that_changes_nothing_is_not_sent() throws Exception {
    String id = place("alice", aReference());
    awaitStatus(id, "PLACED");
    signIn("alice");
    browser.view("#/orders/" + id);
    browser.seeFocus("#order-title");
    browser.press("[data-move=amend]");
    browser.press("dialog .primary");

    browser.seeText(".notices", "nothing was sent");
    assertThat(browser.see("[data-move=amend]").isEnabled()).isTrue();
    browser.press(".panel .close");
    browser.seeFocus("[data-order='" + id + "'] a");
  }

  @Test
  void what_was_typed_stays_when_the_order_changed_meanwhile() throws Exception {
    String id = place("alice", aReference());
    awaitStatus(id, "PLACED");
    signIn("alice");
    browser.view("#/orders/" + id);
    browser.press("[data-move=amend]");
    browser.write("dialog [name=note]", "Ring twice");
    var quicker =
        send(
            "alice",
            "PATCH",
            "/orders/" + id,
            "{\"reference\":\"OTHER-TAB\"}",
            Map.of("If-Match", "*"));
    assertThat(quicker.statusCode()).isEqualTo(202);
    awaitText(id, "OTHER-TAB");

    browser.press("dialog .primary");

    browser.seeText("dialog .banner", "Amended by alice");
    browser.seeText("dialog .hint", "In the order now: OTHER-TAB");
    assertThat(browser.see("dialog [name=note]").getDomProperty("value")).isEqualTo("Ring twice");
    assertThat(browser.violations()).isEmpty();
    browser.screenshot("conflict");

    browser.press("dialog .primary");
    browser.seeText(".panel .facts", "Ring twice");
    browser.seeText("#order-title", "OTHER-TAB");
    browser.seeFocus("#order-title");
  }

  @Test
  void a_reload_keeps_the_session_and_the_draft() {
    signIn("alice");
    browser.view("#/new");
    browser.write("#field-lines-0-sku", "HALF-TYPED");

    browser.reload();

    browser.see(".person");
    assertThat(browser.see("#field-lines-0-sku").getDomProperty("value")).isEqualTo("HALF-TYPED");
    assertThat(browser.fragment()).isEqualTo("#/new");
  }

  @Test
  void a_token_that_ran_out_is_renewed_without_a_word() {
    signIn("alice");
    refuseTheNext(1);

    browser.view("#/orders");

    browser.await(
        "the refused call to be made again",
        it -> "0".equals(browser.run("return String(window.refusals)")) ? true : null);
    browser.see(".live:not(.off)");
    browser.see(".person");
  }

  @Test
  void a_session_that_ends_says_so_and_keeps_the_draft() {
    signIn("alice");
    browser.view("#/new");
    browser.write("#field-lines-0-sku", "HALF-TYPED");
    browser.run(
        """
        const { issuer } = await (await fetch('config.json')).json();
        await fetch(issuer + '/logout', { mode: 'no-cors', credentials: 'include' });\
        """);
    refuseTheNext(1_000_000);
    browser.write("#field-lines-0-unitPrice", "1.00");
    browser.press(".place .primary");

    browser.seeText(".welcome", "Your session has ended");
    assertThat(browser.violations()).isEmpty();
    browser.screenshot("session-ended");
    browser.press(".welcome button.primary");
    browser.press("button[value=alice]");

    browser.see(".person");
    assertThat(browser.see("#field-lines-0-sku").getDomProperty("value")).isEqualTo("HALF-TYPED");
  }

  /** Answers the API's next calls as its authorizer does when a token has run out. */
  private void refuseTheNext(int calls) {
    browser.run(
        """
        const real = window.fetch;
        window.refusals = arguments_[0];
        window.fetch = (address, options) => {
          if (!String(address).startsWith('/orders') || !window.refusals) return real(address, options);
          window.refusals--;
          return Promise.resolve(new Response('{"message":"Unauthorized"}', { status: 401 }));
        };\
        """,
        calls);
  }
}
