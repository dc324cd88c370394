package orders.systemtests.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import localcloud.LocalCloud;
import localcloud.junit.RunTemplate;
import org.junit.jupiter.api.Test;

/** What the back office does with the console: find, page, move one order or many. */
@RunTemplate(instance = "console")
class BackOfficeIT extends ConsoleTest {

  BackOfficeIT(LocalCloud cloud) {
    super(cloud);
  }

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

    browser.press("[data-page=next]");
    browser.seeText(".pager", "Page 2");
    browser.see(".orders .what a");
    List<String> second = browser.texts(".orders .what a");
    assertThat(second).isNotEmpty().doesNotContainAnyElementsOf(first);
    browser.reload();
    browser.seeText(".pager", "Page 2");
    browser.see(".orders .what a");
    assertThat(browser.texts(".orders .what a")).isEqualTo(second);
    browser.press("[data-page=previous]");
    browser.seeText(".pager", "Page 1");

    browser.press(".pill:has([value=DELIVERED])");
    browser.seeText(".empty", "No order matches");
    browser.back();
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
    browser.seeFocus("#order-title");
    browser.seeText(".timeline", "Confirmed");
    browser.screenshot("back-office");
    browser.press(".panel .close");

    for (String id : List.of(one, other)) {
      browser.press("[data-order='" + id + "'] input");
    }
    browser.press("[data-bulk=confirm]"); // one of the two can still be confirmed
    browser.press("dialog .primary");
    browser.see("[data-order='" + other + "'] .chip.confirmed");
    browser.run("document.querySelector('.selection .clear')?.click()");
    for (String id : List.of(one, other)) {
      browser.press("[data-order='" + id + "'] input");
    }
    browser.press("[data-bulk=ship]");
    browser.see("dialog .shipments");
    browser.run(
        """
        const data = new DataTransfer();
        data.setData('text', 'DHL\\tTRACK-1\\nUPS\\tTRACK-2\\n');
        document.querySelector('dialog .shipments input').dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));\
        """);
    assertThat(browser.violations()).isEmpty();
    browser.screenshot("bulk-ship");
    browser.press("dialog .primary");

    browser.see("[data-order='" + one + "'] .chip.shipped");
    browser.see("[data-order='" + other + "'] .chip.shipped");
    awaitText(one, "TRACK-");
    awaitText(other, "TRACK-");
  }

  @Test
  void an_amendment_that_comes_too_late_says_what_changed_and_keeps_the_text() throws Exception {
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

    browser.seeText("dialog .banner", "Cancelled by alice");
    assertThat(browser.see("dialog .primary").isEnabled()).isFalse();
    assertThat(browser.see("dialog [name=note]").getDomProperty("value")).isEqualTo("Ring twice");
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

  @Test
  void many_orders_are_moved_with_progress_and_can_be_stopped() throws Exception {
    String customer = "bulk-" + aReference();
    for (int i = 0; i < 12; i++) {
      awaitStatus(place(customer, aReference()), "PLACED");
    }
    signIn("office");
    browser.view("#/orders?limit=10&customer=" + customer);
    browser.await("a full page", it -> browser.count(".orders tbody tr") == 10 ? true : null);
    browser.press(".orders thead input");
    browser.press("[data-page=next]");
    browser.await("the second page", it -> browser.count(".orders tbody tr") == 2 ? true : null);
    browser.press(".orders thead input");
    browser.seeText(".selection", "12 orders selected");
    // The API is slow to answer, so that what happens in between can be seen.
    browser.run(
        """
        const real = window.fetch;
        window.held = [];
        window.fetch = (address, options) => String(address).endsWith('/confirm')
          ? new Promise((resolve) => window.held.push(() => resolve(real(address, options)))) : real(address, options);\
        """);
    browser.press("[data-bulk=confirm]");
    browser.press("dialog .primary");
    browser.seeText(".bulk", "0 of 12");
    assertThat(browser.count("[data-bulk]")).isZero();
    browser.run("window.held.splice(0, 1)[0]()");
    browser.seeText(".bulk", "1 of 12");
    assertThat(browser.violations()).isEmpty();
    browser.screenshot("bulk-progress");
    browser.press(".bulk button");
    browser.run("window.held.splice(0).forEach((go) => go())");

    browser.seeText(".notices", "confirmed");
    browser.seeText(".notices", "not sent and still selected");
    browser.see(".selection:not(.bulk)");
    browser.press("[data-bulk=cancel]");
    browser.write("dialog [name=reason]", "Stock lost");
    browser.press("dialog .danger");
    browser.seeText(".notices", "cancelled");
    browser.seeNone(".bulk");
  }
}
