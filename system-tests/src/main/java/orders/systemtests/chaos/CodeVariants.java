package orders.systemtests.chaos;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import orders.domain.OrderCommand;
import orders.wire.QueueMessage;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** Stand-ins that make other versions of the functions, as a deployment may bring them. */
public final class CodeVariants {
  private static final String SCHEMA_1 = "\"schema\":1,";
  private static final String SCHEMA_2 = "\"schema\":2,";

  private CodeVariants() {}

  /** A processor's or notifier's clock is an hour fast. */
  public static final class FastClock {
    private FastClock() {}

    @StandIn(owner = Clock.class, method = "systemUTC")
    public static Clock systemUtc() {
      return Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
    }
  }

  /** A processor's or notifier's clock is an hour slow. */
  public static final class SlowClock {
    private SlowClock() {}

    @StandIn(owner = Clock.class, method = "systemUTC")
    public static Clock systemUtc() {
      return Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
    }
  }

  /** The API's clock is an hour fast. */
  public static final class FastInstants {
    private FastInstants() {}

    @StandIn(owner = InstantSource.class, method = "system")
    public static InstantSource system() {
      return InstantSource.offset(InstantSource.system(), Duration.ofHours(1));
    }
  }

  /** The API's clock is an hour slow. */
  public static final class SlowInstants {
    private SlowInstants() {}

    @StandIn(owner = InstantSource.class, method = "system")
    public static InstantSource system() {
      return InstantSource.offset(InstantSource.system(), Duration.ofHours(-1));
    }
  }

  /** The API writes messages of schema 2. */
  public static final class WritesSchema2 {
    private WritesSchema2() {}

    @StandIn(owner = SendMessageRequest.Builder.class, method = "messageBody")
    public static SendMessageRequest.Builder messageBody(
        SendMessageRequest.Builder message, String body) {
      if (!body.contains(SCHEMA_1)) {
        throw new IllegalStateException("the message is not of schema 1");
      }
      return message.messageBody(body.replace(SCHEMA_1, SCHEMA_2));
    }
  }

  /** The processor reads messages of the schemas 1 and 2. */
  public static final class ReadsSchema2 {
    private ReadsSchema2() {}

    @StandIn(owner = QueueMessage.class, method = "read")
    public static OrderCommand read(String body) {
      return QueueMessage.read(body.replace(SCHEMA_2, SCHEMA_1));
    }
  }

  /** Returns the code of a function whose clock is an hour off. */
  public static Class<?> clock(String function, boolean fast) {
    if (function.equals(Pipeline.API)) {
      return fast ? FastInstants.class : SlowInstants.class;
    }
    return fast ? FastClock.class : SlowClock.class;
  }
}
