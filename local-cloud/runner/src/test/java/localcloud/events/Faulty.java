package localcloud.events;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A real client, one of whose methods fails when it is told to, in ways that the service behind it
 * cannot. It is closed by whoever opened the real one.
 */
final class Faulty<C> {
  private final C client;
  private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();

  /**
   * Wraps a client.
   *
   * @param type its interface
   * @param method the name of the method that can fail
   */
  Faulty(Class<C> type, C real, String method) {
    client =
        type.cast(
            Proxy.newProxyInstance(
                Faulty.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, arguments) -> {
                  Throwable fault = called.getName().equals(method) ? faults.poll() : null;
                  if (fault != null) {
                    throw fault;
                  }
                  if (called.getName().equals("close")) {
                    return null;
                  }
                  try {
                    return called.invoke(real, arguments);
                  } catch (InvocationTargetException thrown) {
                    throw thrown.getCause();
                  }
                }));
  }

  C client() {
    return client;
  }

  /** Has the method's next call fail so. */
  void failNext(Throwable fault) {
    faults.add(fault);
  }
}
