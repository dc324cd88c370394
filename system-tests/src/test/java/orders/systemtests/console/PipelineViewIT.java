package orders.systemtests.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import localcloud.LocalCloud;
import localcloud.junit.RunTemplate;
import org.junit.jupiter.api.Test;

/** What the console shows of the pipeline on this machine. */
@RunTemplate(instance = "console")
class PipelineViewIT extends ConsoleTest {

  PipelineViewIT(LocalCloud cloud) {
    super(cloud);
  }

  @Test
  void an_unreadable_message_becomes_a_dead_letter_with_its_reason_and_is_redriven()
      throws Exception {
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
    browser.seeText(".trail .since", "+");
    browser.seeText("section .trace", "Correlation id");
    browser.screenshot("trail");
  }

  @Test
  void a_killed_process_is_replaced_and_the_order_is_placed_all_the_same() throws Exception {
    signIn("alice");
    browser.view("#/pipeline");
    browser.seeText(".workers", "OrderProcessor");
    browser.press("[aria-label$='OrderProcessorFunction']");
    browser.seeText(".notices", "Killed OrderProcessorFunction");
    browser.seeText(".notices", "visibility timeout");

    awaitStatus(place("alice", aReference()), "PLACED");
  }
}
