package localcloud.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class JournalTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void a_trail_is_told_in_the_order_things_began() {
    Journal journal = new Journal(10_000);
    journal.add(entry(1, "write of order-1"));
    journal.add(entry(0, "request for order-1"));

    assertThat(journal.about("order-1"))
        .extracting(Journal.Entry::summary)
        .containsExactly("request for order-1", "write of order-1");
  }

  @Test
  void a_trail_holds_nothing_of_others() {
    Journal journal = new Journal(10_000);
    journal.add(entry(0, "request for order-1"));
    journal.add(entry(1, "request for order-2"));

    assertThat(journal.about("order-2")).hasSize(1);
  }

  @Test
  void the_oldest_is_forgotten_when_there_is_too_much() {
    Journal journal = new Journal(300);
    for (int i = 0; i < 10; i++) {
      journal.add(entry(i, "order-" + i));
    }

    assertThat(journal.about("order-0")).isEmpty();
    assertThat(journal.about("order-9")).hasSize(1);
  }

  private static Journal.Entry entry(int second, String summary) {
    return new Journal.Entry(NOON.plusSeconds(second), "http", "api", summary, "");
  }
}
