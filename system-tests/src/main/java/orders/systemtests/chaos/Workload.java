package orders.systemtests.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import orders.systemtests.client.Call;
import orders.systemtests.client.Caller;
import orders.systemtests.client.OrdersClient;
import org.jspecify.annotations.Nullable;

/**
 * What customers and the back office do, drawn from a seed: orders, retries with the same key and
 * with the same key at once, amendments on the latest and on a stale version, moves of the
 * lifecycle, reads of one's own and of others' orders; amendments that are taken back at once,
 * moves with different contents, keys that are used again after an unheard answer, large orders,
 * lists. A call without an answer is sent again with its key, as a careful client does.
 */
final class Workload {
  private static final int REMEMBERED = 64;
  private static final String[] CURRENCIES = {"EUR", "JPY", "BHD", "USD"};

  private final OrdersClient client;
  private final List<Caller> customers;
  private final Caller office;
  private final long seed;
  private final List<Placed> placed = new ArrayList<>();

  /** An order that was asked for. */
  private record Placed(Caller by, String key, JsonNode order, String orderId, long version) {}

  /**
   * Creates a workload.
   *
   * @param office a caller with {@code orders/admin}
   */
  Workload(OrdersClient client, List<Caller> customers, Caller office, long seed) {
    this.client = client;
    this.customers = List.copyOf(customers);
    this.office = office;
    this.seed = seed;
  }

  /** Runs one client until the end; its calls depend on the seed, its number and the answers. */
  void run(int number, long pauseMillis, CountDownLatch end) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed * 31 + number);
    for (int step = 0; !end.await(pauseMillis, TimeUnit.MILLISECONDS); step++) {
      step(random, "k" + seed + "-" + number + "-" + step);
    }
  }

  private void step(SplittableRandom random, String key) throws InterruptedException {
    Placed known = pick(random);
    int dice = random.nextInt(100);
    if (known == null || dice < 28) {
      place(random, key, order(random, key));
    } else if (dice < 30) {
      place(random, key, large(random, key));
    } else if (dice < 32) {
      reuse(random, key);
    } else if (dice < 40) {
      client.place(known.by(), known.key(), known.order());
    } else if (dice < 44) {
      twiceAtOnce(random, key);
    } else if (dice < 46) {
      ObjectNode other = known.order().deepCopy();
      client.place(known.by(), known.key(), other.put("reference", "other"));
    } else if (dice < 62) {
      read(known.by(), known);
    } else if (dice < 66) {
      read(customers.get(random.nextInt(customers.size())), known);
    } else if (dice < 71) {
      amend(random, known, key);
    } else if (dice < 75) {
      takeBack(random, known, key);
    } else if (dice < 77) {
      operate(random, known, key);
    } else if (dice < 79) {
      list(random, known);
    } else if (dice < 84) {
      twiceIfDrawn(random, key, known.by(), known, "cancel", "reason");
    } else if (dice < 91) {
      retried(random, () -> client.move(office, known.orderId(), "confirm", key));
    } else if (dice < 96) {
      twiceIfDrawn(random, key, office, known, "ship", "trackingNumber");
    } else {
      retried(random, () -> client.move(office, known.orderId(), "deliver", key));
    }
  }

  private void place(SplittableRandom random, String key, JsonNode order)
      throws InterruptedException {
    Caller by = customers.get(random.nextInt(customers.size()));
    Call call = retried(random, () -> client.place(by, key, order));
    if (call.accepted()) {
      remember(new Placed(by, key, order, call.answer().path("orderId").asText(), 0));
    }
  }

  /** One key, another order after an attempt of which nobody knows what became. */
  private void reuse(SplittableRandom random, String key) throws InterruptedException {
    Caller by = customers.get(random.nextInt(customers.size()));
    ObjectNode order = order(random, key);
    for (int i = 0; i < 3 && client.place(by, key, order).uncertain(); i++) {
      order = order(random, key).put("reference", "other-" + i);
    }
  }

  /** An amendment, and at once another that takes it back. */
  private void takeBack(SplittableRandom random, Placed known, String key)
      throws InterruptedException {
    JsonNode before = known.order().path("reference");
    ObjectNode patch = JsonNodeFactory.instance.objectNode().put("reference", "ref-" + key);
    retried(random, () -> client.amend(known.by(), known.orderId(), key, "*", patch));
    ObjectNode back = JsonNodeFactory.instance.objectNode();
    back.set("reference", before);
    retried(random, () -> client.amend(known.by(), known.orderId(), key + "-back", "*", back));
  }

  /** An amendment or a cancel by the operation envelope. */
  private void operate(SplittableRandom random, Placed known, String key)
      throws InterruptedException {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    boolean update = random.nextInt(4) > 0;
    envelope.put("operation", update ? "update" : "delete");
    ObjectNode payload = envelope.putObject("payload");
    payload.putObject("Key").put("id", known.orderId());
    if (update) {
      payload.putObject("Changes").put("reference", "ref-" + key);
    }
    retried(
        random,
        () -> client.send(known.by(), "POST", "/operations", Optional.of(key), envelope, Map.of()));
  }

  /** The back office's list, or a customer's, in pages that large orders make too long. */
  private void list(SplittableRandom random, Placed known) throws InterruptedException {
    client.get(random.nextBoolean() ? office : known.by(), "/orders?limit=100");
  }

  /** A move, and now and then another at once that carries something else. */
  private void twiceIfDrawn(
      SplittableRandom random, String key, Caller by, Placed known, String move, String field)
      throws InterruptedException {
    int times = 1 + random.nextInt(2);
    for (int i = 0; i < times; i++) {
      String each = key + "-" + i;
      ObjectNode body = JsonNodeFactory.instance.objectNode().put(field, each);
      String path = "/orders/" + known.orderId() + "/" + move;
      retried(random, () -> client.send(by, "POST", path, Optional.of(each), body, Map.of()));
    }
  }

  private void twiceAtOnce(SplittableRandom random, String key) throws InterruptedException {
    Caller by = customers.get(random.nextInt(customers.size()));
    JsonNode order = order(random, key);
    Thread twin =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    client.place(by, key, order);
                  } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                  }
                });
    Call call = client.place(by, key, order);
    twin.join();
    if (call.accepted()) {
      remember(new Placed(by, key, order, call.answer().path("orderId").asText(), 0));
    }
  }

  private void read(Caller by, Placed known) throws InterruptedException {
    Call call = client.get(by, "/orders/" + known.orderId());
    if (call.status() == 200) {
      remember(
          new Placed(
              known.by(),
              known.key(),
              known.order(),
              known.orderId(),
              call.answer().path("version").asLong()));
    }
  }

  private void amend(SplittableRandom random, Placed known, String key)
      throws InterruptedException {
    ObjectNode patch = JsonNodeFactory.instance.objectNode().put("reference", "ref-" + key);
    if (random.nextInt(4) == 0) {
      patch.set("lines", lines(random));
    }
    String match = random.nextBoolean() ? "*" : "\"" + Math.max(1, known.version()) + "\"";
    retried(random, () -> client.amend(known.by(), known.orderId(), key, match, patch));
  }

  /** One request, and again with the same key while nobody says what became of it. */
  private static Call retried(SplittableRandom random, Request request)
      throws InterruptedException {
    Call call = request.send();
    for (int again = 0; again < 3 && call.uncertain() && random.nextInt(5) > 0; again++) {
      call = request.send();
    }
    return call;
  }

  @FunctionalInterface
  private interface Request {
    Call send() throws InterruptedException;
  }

  private static ObjectNode order(SplittableRandom random, String key) {
    ObjectNode order = JsonNodeFactory.instance.objectNode();
    order.put("currency", CURRENCIES[random.nextInt(CURRENCIES.length)]);
    order.set("lines", lines(random));
    order.put("reference", key);
    if (random.nextBoolean()) {
      order.put("note", "leave at the door");
    }
    return order;
  }

  /** An order of the size that a page of fifty cannot hold. */
  private static ObjectNode large(SplittableRandom random, String key) {
    ObjectNode order = order(random, key);
    var lines = order.putArray("lines");
    for (int i = 0; i < 100; i++) {
      lines
          .addObject()
          .put("sku", "SKU-" + i)
          .put("name", "\ud842\udfb7".repeat(200))
          .put("quantity", 1)
          .put("unitPrice", random.nextLong(0, 1_000));
    }
    ObjectNode metadata = order.putObject("metadata");
    for (int i = 0; i < 20; i++) {
      metadata.put("key-" + i, "\ud842\udfb7".repeat(500));
    }
    return order;
  }

  private static JsonNode lines(SplittableRandom random) {
    var lines = JsonNodeFactory.instance.arrayNode();
    int count = random.nextInt(1, 4);
    for (int i = 0; i < count; i++) {
      lines
          .addObject()
          .put("sku", "SKU-" + i)
          .put("quantity", random.nextInt(1, 20))
          .put("unitPrice", random.nextLong(0, 100_000));
    }
    return lines;
  }

  private @Nullable Placed pick(SplittableRandom random) {
    synchronized (placed) {
      return placed.isEmpty() ? null : placed.get(random.nextInt(placed.size()));
    }
  }

  private void remember(Placed order) {
    synchronized (placed) {
      placed.removeIf(known -> known.orderId().equals(order.orderId()));
      placed.add(order);
      if (placed.size() > REMEMBERED) {
        placed.removeFirst();
      }
    }
  }
}
