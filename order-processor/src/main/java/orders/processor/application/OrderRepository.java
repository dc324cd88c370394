package orders.processor.application;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.domain.OrderId;
import orders.domain.StoredOrder;

/** Where orders are kept. Every answer is about one order: one that fails fails alone. */
public interface OrderRepository {

  /**
   * Looks for orders, seeing every write that was answered before.
   *
   * @return an answer for each id that was asked for
   */
  Map<OrderId, Lookup> find(Set<OrderId> ids);

  /**
   * Stores orders, each in one conditional write: version 1 if there is no order of that id yet; a
   * later version if the one before is stored, with the same commands that had nothing to do, and
   * the latest change's command is not in its history. One more command that had nothing to do is
   * stored if the version and those before it are.
   *
   * @param orders no order twice
   * @return an answer for each, in the same order
   */
  List<WriteAnswer> write(List<StoredOrder> orders);

  /** What was found. <em>Absent</em> and <em>not seen</em> are different answers. */
  sealed interface Lookup {
    record Found(StoredOrder order) implements Lookup {}

    record Absent() implements Lookup {}

    /** It could not be read: not now, or not at all. */
    record NotSeen(String reason) implements Lookup {}
  }

  /** What became of a write. */
  sealed interface WriteAnswer {
    record Written() implements WriteAnswer {}

    /**
     * The condition did not hold; also when an earlier try of this very write was made and its
     * answer lost.
     *
     * @param stored the order as it is, if the answer told
     */
    record Conflict(Optional<StoredOrder> stored) implements WriteAnswer {}

    /** It was not made, or nobody knows; another try may do better. */
    record Failed(String reason) implements WriteAnswer {}

    /** It will never be made. */
    record Impossible(String reason) implements WriteAnswer {}
  }
}
