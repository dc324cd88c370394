package orders.systemtests.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can go wrong. */
public enum FaultKind {
  /** A process of a function dies at once. */
  KILL("", "", List.of()),
  /** A process stops, and goes on as if nothing had been. */
  FREEZE("", "", List.of()),
  /** A function's process dies while a write of its is carried out, or just after. */
  KILL_AT_WRITE("", "", List.of()),
  /** All processes of a function are replaced, the old beside the new. */
  DEPLOY("", "", List.of()),
  /** A function runs for a while as code whose clock is an hour fast. */
  CLOCK_FAST("", "", List.of()),
  /** A function runs for a while as code whose clock is an hour slow. */
  CLOCK_SLOW("", "", List.of()),
  /**
   * The API runs for a while as code that writes messages of a schema the processor does not know.
   */
  NEW_SCHEMA("", "", List.of()),
  /** The disk under the data folder takes no more. */
  DISK_FULL("", "", List.of()),
  /** Messages of an unknown schema, and some that are no JSON, come into the queue. */
  POISON("", "", List.of()),
  /** The service refuses calls as too many. */
  THROTTLE("throttle", "*", List.of("dynamodb", "sqs", "sns")),
  /** The service answers with an error of its own. */
  ERROR("error", "*", List.of("dynamodb", "sqs", "sns")),
  /** The service is slow. */
  DELAY("delay", "*", List.of("dynamodb", "sqs", "sns")),
  /** The connection breaks before the request was carried out. */
  CUT_BEFORE("cut-before", "*", List.of("dynamodb", "sqs", "sns")),
  /** The connection breaks after the request was carried out. */
  CUT_AFTER("cut-after", "*", List.of("dynamodb", "sqs", "sns")),
  /** Nobody listens. */
  REFUSE("refuse", "*", List.of("dynamodb", "sqs", "sns")),
  /** A message is sent twice. */
  DUPLICATE("duplicate", "SendMessage*", List.of("sqs")),
  /** A message is delivered late, so that others overtake it. */
  HOLD_BACK("hold-back", "SendMessage*", List.of("sqs")),
  /** One entry of a batch is refused. */
  FAIL_ENTRY("fail-entry", "*", List.of("dynamodb", "sns")),
  /** The stream's iterator has expired. */
  EXPIRE_ITERATOR("expire-iterator", "GetRecords", List.of("dynamodb")),
  /** Records of the stream come again although they were done. */
  REPEAT_RECORDS("repeat-records", "GetRecords", List.of("dynamodb")),
  /** The stream's shards end, and their records go on in children. */
  CLOSE_SHARDS("close-shards", "GetRecords", List.of("dynamodb"));

  private final String rule;
  private final String action;

  @SuppressWarnings("ImmutableEnumChecker") // A copy that cannot change.
  private final List<String> services;

  FaultKind(String rule, String action, List<String> services) {
    this.rule = rule;
    this.action = action;
    this.services = services;
  }

  /** Returns whether other code is deployed for a while. */
  boolean deploysOtherCode() {
    return this == CLOCK_FAST || this == CLOCK_SLOW || this == NEW_SCHEMA;
  }

  /** Returns the runner's name of it; empty for what is no fault of a service. */
  String rule() {
    return rule;
  }

  String action() {
    return action;
  }

  List<String> services() {
    return services;
  }

  /** Returns its name on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads a name of the command line.
   *
   * @throws IllegalArgumentException if there is none such, with the names that there are
   */
  public static FaultKind of(String word) {
    return Arrays.stream(values())
        .filter(kind -> kind.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no fault is called "
                        + word
                        + "; there are "
                        + String.join(
                            ", ", Arrays.stream(values()).map(FaultKind::word).toList())));
  }
}
