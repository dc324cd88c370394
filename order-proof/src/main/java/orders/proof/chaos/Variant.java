package orders.proof.chaos;

import java.util.List;
import orders.proof.chaos.Workshop.Edit;

/** Other code of the functions, as a deployment may bring it. */
public final class Variant {
  private static final String MESSAGE = "order-wire/src/main/java/orders/wire/QueueMessage.java";

  private Variant() {}

  /** Returns a function's code with a clock that is so many hours fast; slow, if negative. */
  public static List<Edit> clock(String function, int hours) {
    String off = "Duration.ofHours(" + hours + "))";
    return switch (function) {
      case Pipeline.API ->
          List.of(
              new Edit(
                  "order-api/src/main/java/orders/api/OrderApiWiring.java",
                  "InstantSource.system()",
                  "InstantSource.offset(InstantSource.system(), " + off));
      case Pipeline.PROCESSOR ->
          List.of(
              new Edit(
                  "order-processor/src/main/java/orders/processor/OrderProcessorWiring.java",
                  "        patience,\n        Clock.systemUTC()",
                  "        patience,\n        Clock.offset(Clock.systemUTC(), " + off));
      case Pipeline.NOTIFIER ->
          List.of(
              new Edit(
                  "order-notifier/src/main/java/orders/notifier/OrderNotifierWiring.java",
                  "topicArn),\n        new LoggedChronicle(),\n        Clock.systemUTC()",
                  "topicArn),\n"
                      + "        new LoggedChronicle(),\n"
                      + "        Clock.offset(Clock.systemUTC(), "
                      + off));
      default -> throw new IllegalArgumentException("no function is called " + function);
    };
  }

  /** Returns an API's code that writes messages of schema 2. */
  public static List<Edit> writingSchema2() {
    return List.of(new Edit(MESSAGE, "long SCHEMA = 1;", "long SCHEMA = 2;"));
  }

  /** Returns a processor's code that reads messages of the schemas 1 and 2. */
  public static List<Edit> readingSchema2() {
    return List.of(
        new Edit(MESSAGE, "reader.whole(\"schema\") != SCHEMA", "reader.whole(\"schema\") > 2"));
  }
}
