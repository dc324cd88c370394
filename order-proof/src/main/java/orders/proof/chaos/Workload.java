package orders.proof.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import orders.proof.client.Call;
import orders.proof.client.Caller;
import orders.proof.client.OrdersClient;
import org.jspecify.annotations.Nullable;

/**
 * What customers and the back office do, drawn from a seed: orders, retries with the same key and
 * with the same key at once, amendments on the latest and on a stale version, moves of the
 * lifecycle, reads of one's own and of others' orders. A call without an answer is sent again with
 * its key, as a careful client does.
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
    if (known == null || dice < 32) {
      place(random, key);
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
    } else if (dice < 76) {
      amend(random, known, key);
    } else if (dice < 81) {
      retried(random, () -> client.move(known.by(), known.orderId(), "cancel", key));
    } else if (dice < 90) {
      retried(random, () -> client.move(office, known.orderId(), "confirm", key));
    } else if (dice < 96) {
      retried(random, () -> client.move(office, known.orderId(), "ship", key));
    } else {
      retried(random, () -> client.move(office, known.orderId(), "deliver", key));
    }
  }

  private void place(SplittableRandom random, String key) throws InterruptedException {
    Caller by = customers.get(random.nextInt(customers.size()));
    JsonNode order = order(random, key);
    Call call = retried(random, () -> client.place(by, key, order));
    if (call.accepted()) {
      remember(new Placed(by, key, order, call.answer().path("orderId").asText(), 0));
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

  private static JsonNode order(SplittableRandom random, String key) {
    ObjectNode order = JsonNodeFactory.instance.objectNode();
    order.put("currency", CURRENCIES[random.nextInt(CURRENCIES.length)]);
    order.set("lines", lines(random));
    order.put("reference", key);
    if (random.nextBoolean()) {
      order.put("note", "leave at the door");
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
