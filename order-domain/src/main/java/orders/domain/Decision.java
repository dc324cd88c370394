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

  /** This very command was decided before: a redelivery. */
  record AlreadyApplied(AppliedCommand command) implements Decision {}

  /**
   * The order is already where the command would bring it. There is no new version and no event;
   * only the command's id is recorded, so that a redelivery after a later change does nothing.
   *
   * @param after the order with the command's id recorded
   */
  record NothingToDo(StoredOrder after) implements Decision {}

  /** The order is not there yet: a standard queue may deliver its placing later. */
  record OrderNotYetKnown() implements Decision {}

  /** Another command has this id: it can never be applied. */
  record IdCollision() implements Decision {}
}
