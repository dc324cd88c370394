package orders.domain;

/** What a command comes to. */
public sealed interface Decision {
  /**
   * There is something to write: the change was made, or was refused, and either is kept.
   *
   * @param after the whole order, the change included
   * @param change the new history entry
   */
  record Write(StoredOrder after, OrderChange change) implements Decision {}

  /** This very command is in the history: a redelivery. */
  record AlreadyApplied(OrderChange change) implements Decision {}

  /**
   * The order is already where the command would bring it; nothing is written, nothing announced.
   */
  record NothingToDo() implements Decision {}

  /** The order is not there yet: a standard queue may deliver its placing later. */
  record OrderNotYetKnown() implements Decision {}

  /** Another command has this id: it can never be applied. */
  record IdCollision() implements Decision {}
}
