package localcloud;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ports of one instance, held until what listens on them is there: addresses must be known
 * before the template can be resolved, and only the resolved template says what listens.
 */
final class Ports implements AutoCloseable {
  private final Map<String, ServerSocket> held = new LinkedHashMap<>();
  private final List<ServerSocket> all = new ArrayList<>();

  /**
   * Takes a port of 127.0.0.1.
   *
   * @param wanted 0 for any free one
   * @param option what moves it, for the message if it is taken
   */
  int take(String name, int wanted, String option) {
    try {
      ServerSocket socket = new ServerSocket();
      all.add(socket);
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 1);
      held.put(name, socket);
      return socket.getLocalPort();
    } catch (IOException | IllegalArgumentException taken) {
      throw taken(wanted, option);
    }
  }

  static StartException taken(int port, String option) {
    return new StartException(
        "port %d on 127.0.0.1 is taken or not allowed; choose another with %s (0 for any free one)"
            .formatted(port, option));
  }

  /** Lets a port go, for its listener to take at once. */
  int release(String name) {
    ServerSocket socket = held.remove(name);
    if (socket == null) {
      throw new IllegalStateException("no port is held for " + name);
    }
    int port = socket.getLocalPort();
    close(socket);
    return port;
  }

  @Override
  public void close() {
    all.forEach(Ports::close);
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a listening socket could not be closed", e);
    }
  }
}
