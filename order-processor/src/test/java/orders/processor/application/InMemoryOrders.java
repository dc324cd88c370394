package orders.processor.application;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import orders.domain.OrderId;
import orders.domain.StoredOrder;
import org.jspecify.annotations.Nullable;

/**
 * Orders in memory, for fast tests; keeps the contract, counts requests, and fails as it is told.
 */
public final class InMemoryOrders implements OrderRepository {
  private final Map<OrderId, StoredOrder> orders = new HashMap<>();
  private final List<List<OrderId>> writes = new ArrayList<>();
  private int reads;
  private Function<StoredOrder, @Nullable WriteAnswer> writeFault = order -> null;
  private Function<OrderId, @Nullable Lookup> readFault = id -> null;
  private Runnable beforeWrite = () -> {};

  @Override
  public synchronized Map<OrderId, Lookup> find(Set<OrderId> ids) {
    reads++;
    Map<OrderId, Lookup> found = new LinkedHashMap<>();
    for (OrderId id : ids) {
      Lookup fault = readFault.apply(id);
      StoredOrder order = orders.get(id);
      found.put(
          id,
          fault != null ? fault : order == null ? new Lookup.Absent() : new Lookup.Found(order));
    }
    return found;
  }

  @Override
  public synchronized List<WriteAnswer> write(List<StoredOrder> states) {
    Runnable intruder = beforeWrite;
    beforeWrite = () -> {};
    intruder.run();
    writes.add(states.stream().map(state -> state.order().id()).toList());
    List<WriteAnswer> answers = new ArrayList<>();
    for (StoredOrder state : states) {
      WriteAnswer fault = writeFault.apply(state);
      answers.add(fault == null ? write(state) : fault);
    }
    return answers;
  }

  private WriteAnswer write(StoredOrder state) {
    OrderId id = state.order().id();
    StoredOrder before = orders.get(id);
    boolean noOp = state.latestNoOp().isPresent();
    long version = before == null ? 0 : before.order().version();
    int noOps = before == null ? 0 : before.noOps().size();
    boolean known = before != null && before.applied(state.latestCommand()).isPresent();
    if (version != state.order().version() - (noOp ? 0 : 1)
        || noOps != state.noOps().size() - (noOp ? 1 : 0)
        || known) {
      return new WriteAnswer.Conflict(Optional.ofNullable(before));
    }
    orders.put(id, state);
    return new WriteAnswer.Written();
  }

  /** Puts an order there, past all conditions. */
  public void holding(StoredOrder order) {
    orders.put(order.order().id(), order);
  }

  /** Has writes fail; null lets one through. */
  public void failWrites(Function<StoredOrder, @Nullable WriteAnswer> fault) {
    writeFault = fault;
  }

  /** Has reads fail; null lets one through. */
  public void failReads(Function<OrderId, @Nullable Lookup> fault) {
    readFault = fault;
  }

  /** Lets another writer in before the next write. */
  public void beforeNextWrite(Runnable intruder) {
    beforeWrite = intruder;
  }

  public StoredOrder get(OrderId id) {
    StoredOrder order = orders.get(id);
    if (order == null) {
      throw new AssertionError("no order " + id);
    }
    return order;
  }

  public boolean isEmpty() {
    return orders.isEmpty();
  }

  /** Returns the orders of each write request. */
  public List<List<OrderId>> writes() {
    return writes;
  }

  public int reads() {
    return reads;
  }
}
