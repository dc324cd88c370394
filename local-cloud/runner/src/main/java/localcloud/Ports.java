package localcloud;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import localcloud.wire.WireServer;

/**
 * The ports of one instance, taken before what listens on them is there: addresses must be known
 * before the template can be resolved, and only the resolved template says what listens. Nobody
 * else can take one in between, for its socket is handed over, not let go.
 */
final class Ports implements AutoCloseable {
  private final Map<String, ServerSocket> held = new LinkedHashMap<>();

  /**
   * Takes a port of 127.0.0.1.
   *
   * @param wanted 0 for any free one
   * @param option what moves it, for the message if it is taken
   */
  int take(String name, int wanted, String option) {
    try {
      ServerSocket socket = WireServer.bind(wanted);
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

  /** Gives a port to its listener, who closes it. */
  ServerSocket handOver(String name) {
    ServerSocket socket = held.remove(name);
    if (socket == null) {
      throw new IllegalStateException("no port is held for " + name);
    }
    return socket;
  }

  /** Lets go of the ports that nobody got. */
  @Override
  public void close() {
    held.values().forEach(Ports::close);
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a listening socket could not be closed", e);
    }
  }
}
