package orders.systemtests.faults;

import orders.systemtests.chaos.Pipeline;
import orders.systemtests.checker.Rule;

/** The product without one of its guards: which function, and the rule that it then breaks. */
enum Mutant {
  INSERT_CONDITION(
      Pipeline.PROCESSOR, Rule.NO_LOST_COMMAND, ProcessorMutants.InsertsOverWhatIsStored.class),
  VERSION_CONDITION(
      Pipeline.PROCESSOR, Rule.VALID_HISTORY, ProcessorMutants.UpdatesAnyVersion.class),
  COMMAND_ID_IN_THE_HISTORY(
      Pipeline.PROCESSOR, Rule.COMPLETE_EVENTS, ProcessorMutants.ForgetsCommandIds.class),
  RECORD_OF_INEFFECTIVE_COMMANDS(
      Pipeline.PROCESSOR,
      Rule.IDEMPOTENT_COMMANDS,
      ProcessorMutants.ForgetsIneffectiveCommands.class),
  FINGERPRINT(Pipeline.PROCESSOR, Rule.CORRECT_TOTALS, ProcessorMutants.TakesAnyFingerprint.class),
  PARTIAL_FAILURE_REPORT(
      Pipeline.PROCESSOR, Rule.NO_LOST_ORDER, ProcessorMutants.ReportsNoFailure.class),
  STOP_AT_THE_FIRST_FAILURE(
      Pipeline.NOTIFIER, Rule.ORDERED_EVENTS, NotifierMutants.GoesOnAfterAFailure.class),
  PER_ENTRY_PUBLISH_CHECK(
      Pipeline.NOTIFIER, Rule.COMPLETE_EVENTS, NotifierMutants.TakesRefusedForPublished.class),
  IDEMPOTENCY_KEY(
      Pipeline.API, Rule.ONE_ORDER_PER_KEY, ApiMutants.TakesAUsedKeyForAnotherRequest.class),
  KEY_OF_AN_UNKNOWN_OUTCOME(
      Pipeline.API, Rule.ONE_ORDER_PER_KEY, ApiMutants.FreesKeysOfUnknownOutcome.class),
  DERIVED_ID(Pipeline.API, Rule.NO_PHANTOM_ORDER, ApiMutants.MakesRandomIds.class);

  private final String function;
  private final Rule broken;
  private final Class<?> standIns;

  Mutant(String function, Rule broken, Class<?> standIns) {
    this.function = function;
    this.broken = broken;
    this.standIns = standIns;
  }

  /** Returns the function that has the guard, by its logical id. */
  String function() {
    return function;
  }

  /** Returns the rule that the pipeline breaks without the guard. */
  Rule broken() {
    return broken;
  }

  /** Returns the class whose stand-ins take the guard out. */
  Class<?> standIns() {
    return standIns;
  }
}
