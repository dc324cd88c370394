package orders.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.domain.AppliedCommand;
import orders.domain.CommandId;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.Order;
import orders.domain.OrderChange;
import orders.domain.OrderChange.Kind;
import orders.domain.OrderContents;
import orders.domain.OrderId;
import orders.domain.OrderStatus;
import orders.domain.Shipment;
import orders.domain.StoredOrder;
import orders.wire.Value.Fields;
import orders.wire.Value.FieldsBuilder;
import orders.wire.Value.Sequence;
import org.jspecify.annotations.Nullable;

/**
 * An order as an item of the Orders table. The attributes' names live here and nowhere else.
 *
 * <p>{@code history} is a map from command id to entry, so that "was this command applied already?"
 * can be part of a write's condition.
 */
public final class OrderItem {
  /** The table's partition key. */
  public static final String ORDER_ID = "orderId";

  /** Whose order it is: the partition key of {@link #CUSTOMER_ORDERS}. */
  public static final String CUSTOMER_ID = "customerId";

  /** Status and shard: the partition key of {@link #STATUS_ORDERS}. */
  public static final String STATUS_SHARD = "statusShard";

  /**
   * When it was placed, and the order id to tell two of one moment apart: the sort key of every
   * index.
   */
  public static final String PLACED_AT_ORDER_ID = "placedAtOrderId";

  /** The order's version, a number. */
  public static final String VERSION = "version";

  /** The map from command id to history entry. */
  public static final String HISTORY = "history";

  /**
   * Commands that had nothing to do, a list; absent if there is none. The list only grows, so that
   * the version and the length of the list together name one state of the item.
   */
  public static final String NO_OPS = "noOps";

  /** The index by customer. */
  public static final String CUSTOMER_ORDERS = "CustomerOrders";

  /** The index by status and shard. */
  public static final String STATUS_ORDERS = "StatusOrders";

  /** The index by reference, of the keys alone: an order without a reference is not in it. */
  public static final String REFERENCE_ORDERS = "ReferenceOrders";

  /** What the customer calls the order: the partition key of {@link #REFERENCE_ORDERS}. */
  public static final String REFERENCE = ContentsForm.REFERENCE;

  /** Over how many partitions of the index one status is spread. */
  public static final int STATUS_SHARDS = 4;

  /** The most bytes that DynamoDB takes for an item. */
  private static final int MAX_BYTES = 400 * 1024;

  /**
   * What amendments leave free, so that an order of any history can still be moved to its end and
   * say which changes were refused: some 200 entries.
   */
  private static final int KEPT_FROM_AMENDMENTS = 100 * 1024;

  /** What a change leaves free for those that were accepted with it. */
  private static final int KEPT_FROM_ALL = 10 * 1024;

  /**
   * The most commands without effect that are recorded, some 13 KB. One more is refused: to forget
   * one would let its redelivery undo a later change.
   */
  private static final int MAX_NO_OPS = 100;

  private static final String STATUS = "status";
  private static final String PLACED_AT = "placedAt";
  private static final String UPDATED_AT = "updatedAt";
  private static final String FINGERPRINT = "fingerprint";
  private static final String STORED_AT = "storedAt";
  private static final String COMMAND_ID = "commandId";
  private static final String SHIPMENT = "shipment";
  private static final String TOTAL = "total";

  /** What an order has in a list: all but address, note, history and what serves the table. */
  public static final List<String> LISTED =
      List.of(
          ORDER_ID,
          CUSTOMER_ID,
          STATUS,
          VERSION,
          PLACED_AT,
          UPDATED_AT,
          ContentsForm.CURRENCY,
          TOTAL,
          ContentsForm.LINES,
          REFERENCE,
          ContentsForm.METADATA,
          SHIPMENT);

  private static final Set<String> SHIPMENT_FIELDS =
      Set.of("shippedAt", "carrier", "trackingNumber");

  private OrderItem() {}

  /**
   * What one change writes over an item.
   *
   * @param set attributes that get a value
   * @param remove attributes that go
   * @param commandId the key under which {@link #HISTORY} would have its entry
   * @param historyEntry the new entry; absent if the command had nothing to do
   * @param versionBefore the version that the item must have
   * @param noOpsBefore the length that {@link #NO_OPS} must have
   */
  public record Update(
      Fields set,
      List<String> remove,
      String commandId,
      @Nullable Fields historyEntry,
      long versionBefore,
      int noOpsBefore) {
    public Update {
      remove = List.copyOf(remove);
    }
  }

  /**
   * Returns whether an order with its latest command may be written: an item is bounded, and its
   * history grows. Amendments end first, for each keeps what it replaced; with them end commands
   * that had nothing to do.
   */
  public static boolean hasRoom(StoredOrder after) {
    boolean first = after.latestNoOp().isPresent() || after.latestChange().kind() == Kind.AMENDED;
    return after.noOps().size() <= MAX_NO_OPS
        && ItemSize.of(of(after)) <= MAX_BYTES - (first ? KEPT_FROM_AMENDMENTS : KEPT_FROM_ALL);
  }

  /** Returns a whole item. */
  public static Fields of(StoredOrder stored) {
    FieldsBuilder history = Value.fields();
    for (OrderChange change : stored.history()) {
      history.with(change.commandId().toString(), entry(change));
    }
    return attributes(stored)
        .with(HISTORY, history.build())
        .with(NO_OPS, stored.noOps().isEmpty() ? null : noOps(stored.noOps()))
        .build();
  }

  /** Returns what the latest command of an order writes over the item as it was before. */
  public static Update update(StoredOrder stored) {
    int noOps = stored.noOps().size();
    long version = stored.order().version();
    String commandId = stored.latestCommand().toString();
    if (stored.latestNoOp().isPresent()) {
      Fields set = Value.fields().with(NO_OPS, noOps(stored.noOps())).build();
      return new Update(set, List.of(), commandId, null, version, noOps - 1);
    }
    OrderChange change = stored.latestChange();
    Fields after = attributes(stored).build();
    Map<String, Value> set = new LinkedHashMap<>();
    List<String> remove = new ArrayList<>();
    for (String name : List.of(VERSION, UPDATED_AT)) {
      set.put(name, required(after, name));
    }
    for (String name : change.changed()) {
      // The names in a history entry are the attributes' names; a test holds them together.
      Value value = after.get(name);
      if (value == null) {
        remove.add(name);
      } else {
        set.put(name, value);
      }
      if (name.equals(STATUS)) {
        set.put(STATUS_SHARD, required(after, STATUS_SHARD));
      }
    }
    return new Update(new Fields(set), remove, commandId, entry(change), version - 1, noOps);
  }

  /**
   * Reads a whole item.
   *
   * @throws UnreadableException if it is not one
   */
  public static StoredOrder read(Fields item) {
    FieldReader reader = FieldReader.root(item);
    Order order = readOrder(reader);
    FieldReader entries = reader.object(HISTORY);
    List<OrderChange> history = new ArrayList<>();
    for (String commandId : entries.fields().map().keySet()) {
      history.add(readEntry(commandId, entries.object(commandId), order.contents().currency()));
    }
    history.sort(Comparator.comparingLong(OrderChange::version));
    try {
      return new StoredOrder(
          order,
          reader.value(FINGERPRINT, Fingerprint::new),
          history,
          reader.optionalValue(STORED_AT, WireTime::parse),
          readNoOps(reader));
    } catch (IllegalArgumentException broken) {
      throw new UnreadableException("wrong-value: history", broken);
    }
  }

  /**
   * Reads the order alone, from an item or from an entry of an index, which has neither address,
   * note nor history.
   *
   * @throws UnreadableException if it is neither
   */
  public static Order readOrder(Fields item) {
    return readOrder(FieldReader.root(item));
  }

  /**
   * Returns the version of an item, without reading more of it.
   *
   * @throws UnreadableException if it has none
   */
  public static long versionOf(Fields item) {
    return FieldReader.root(item).whole(VERSION);
  }

  /** Returns the key under which {@link #STATUS_ORDERS} has one shard of a status. */
  public static String statusShard(OrderStatus status, int shard) {
    return status.name() + "#" + shard;
  }

  /** Returns the shard of an order: of its id alone, so that it stays when the status moves. */
  public static int shardOf(OrderId order) {
    return (int) (order.value().getLeastSignificantBits() & (STATUS_SHARDS - 1));
  }

  private static FieldsBuilder attributes(StoredOrder stored) {
    Order order = stored.order();
    OrderContents contents = order.contents();
    String placedAt = WireTime.text(order.placedAt());
    return Value.fields()
        .with(ORDER_ID, order.id().toString())
        .with(CUSTOMER_ID, order.customer().value())
        .with(STATUS, order.status().name())
        .with(STATUS_SHARD, statusShard(order.status(), shardOf(order.id())))
        .with(PLACED_AT_ORDER_ID, placedAt + "#" + order.id())
        .with(VERSION, order.version())
        .with(PLACED_AT, placedAt)
        .with(UPDATED_AT, WireTime.text(order.updatedAt()))
        .with(ContentsForm.CURRENCY, contents.currency().getCurrencyCode())
        .with(TOTAL, contents.total().minorUnits())
        .with(ContentsForm.LINES, ContentsForm.lines(contents.lines()))
        .with(ContentsForm.SHIPPING_ADDRESS, ContentsForm.address(contents.shippingAddress()))
        .with(ContentsForm.REFERENCE, contents.reference())
        .with(ContentsForm.NOTE, contents.note())
        .with(ContentsForm.METADATA, ContentsForm.metadata(contents.metadata()))
        .with(SHIPMENT, OrderJson.shipment(order.shipment()))
        .with(FINGERPRINT, stored.fingerprint().value())
        .with(STORED_AT, stored.storedAt() == null ? null : WireTime.text(stored.storedAt()));
  }

  private static Sequence noOps(List<AppliedCommand> noOps) {
    List<Value> entries = new ArrayList<>(noOps.size());
    for (AppliedCommand noOp : noOps) {
      entries.add(
          Value.fields()
              .with(COMMAND_ID, noOp.commandId().toString())
              .with(FINGERPRINT, noOp.fingerprint().value())
              .with(VERSION, noOp.versionMet())
              .build());
    }
    return new Sequence(entries);
  }

  private static List<AppliedCommand> readNoOps(FieldReader reader) {
    List<AppliedCommand> noOps = new ArrayList<>();
    for (FieldReader entry : reader.has(NO_OPS) ? reader.objects(NO_OPS) : List.<FieldReader>of()) {
      noOps.add(
          new AppliedCommand(
              entry.value(COMMAND_ID, CommandId::of),
              entry.value(FINGERPRINT, Fingerprint::new),
              entry.whole(VERSION)));
    }
    return noOps;
  }

  private static Value required(Fields item, String name) {
    Value value = item.get(name);
    if (value == null) {
      throw new IllegalStateException("every item has " + name);
    }
    return value;
  }

  private static Fields entry(OrderChange change) {
    return Value.fields()
        .with(VERSION, change.version())
        .with("type", OrderEventJson.typeOf(change.kind()))
        .with("at", WireTime.text(change.at()))
        .with("by", change.by().value())
        .with("correlationId", change.correlationId().value())
        .with(FINGERPRINT, change.fingerprint().value())
        .with("from", OrderJson.name(change.from()))
        .with("to", OrderJson.name(change.to()))
        .with("changed", OrderJson.texts(change.changed()))
        .with("reason", change.reason())
        .with("undo", change.undo().isPresent() ? ContentsForm.patch(change.undo().get()) : null)
        .build();
  }

  private static Order readOrder(FieldReader reader) {
    try {
      return new Order(
          reader.value(ORDER_ID, OrderId::of),
          reader.value(CUSTOMER_ID, CustomerId::new),
          ContentsForm.readAllowing(reader),
          reader.value(STATUS, OrderStatus::valueOf),
          reader.whole(VERSION),
          reader.value(PLACED_AT, WireTime::parse),
          reader.value(UPDATED_AT, WireTime::parse),
          readShipment(reader.optionalObject(SHIPMENT)));
    } catch (IllegalArgumentException broken) {
      throw new UnreadableException("wrong-value: order", broken);
    }
  }

  private static @Nullable Shipment readShipment(@Nullable FieldReader reader) {
    return reader == null
        ? null
        : new Shipment(
            reader.allowing(SHIPMENT_FIELDS).value("shippedAt", WireTime::parse),
            reader.optionalText("carrier"),
            reader.optionalText("trackingNumber"));
  }

  private static OrderChange readEntry(String commandId, FieldReader entry, Currency currency) {
    CommandId id;
    try {
      id = CommandId.of(commandId);
    } catch (IllegalArgumentException refused) {
      throw new UnreadableException("wrong-value: history", refused);
    }
    Kind kind = entry.value("type", OrderEventJson::kindOf);
    FieldReader undo = entry.optionalObject("undo");
    return new OrderChange(
        id,
        entry.value(FINGERPRINT, Fingerprint::new),
        entry.whole(VERSION),
        kind,
        entry.value("at", WireTime::parse),
        entry.value("by", CustomerId::new),
        entry.value("correlationId", CorrelationId::new),
        entry.optionalValue("from", OrderStatus::valueOf),
        entry.optionalValue("to", OrderStatus::valueOf),
        entry.texts("changed"),
        entry.optionalText("reason"),
        undo == null ? Optional.empty() : Optional.of(ContentsForm.readPatch(undo, currency)));
  }
}
