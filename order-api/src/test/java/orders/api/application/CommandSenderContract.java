package orders.api.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import orders.domain.CommandHeader;
import orders.domain.CommandId;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.OrderCommand;
import orders.domain.OrderCommand.CancelOrder;
import orders.domain.OrderId;
import org.junit.jupiter.api.Test;

/** What every command queue promises. */
public abstract class CommandSenderContract {
  protected abstract CommandSender queue();

  /** Takes everything out of the queue. */
  protected abstract List<OrderCommand> received();

  @Test
  void what_is_sent_is_received_as_it_was() {
    OrderCommand command =
        new CancelOrder(
            new CommandHeader(
                new CommandId(UUID.randomUUID()),
                new OrderId(UUID.randomUUID()),
                new CustomerId("alice"),
                new CorrelationId("c-1"),
                Instant.parse("2026-01-31T09:30:00.123Z"),
                new Fingerprint("0".repeat(64)),
                OptionalLong.of(3)),
            "\u20ac \"quoted\" \uD83D\uDE00");

    queue().send(command);

    assertThat(received()).containsExactly(command);
  }
}
