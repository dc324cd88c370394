package localcloud.http;

import java.io.IOException;
import localcloud.functions.FunctionInvoker;
import localcloud.journal.Journal;
import localcloud.model.HttpApiSpec;

/** One HTTP API of the template on 127.0.0.1. */
public final class HttpApi implements AutoCloseable {
  private final int port;

  /**
   * Takes the port and serves at once.
   *
   * @param port 0 for any free one
   * @throws java.net.BindException if the port is taken
   */
  public HttpApi(
      HttpApiSpec spec, FunctionInvoker functions, TokenVerifier tokens, Journal journal, int port)
      throws IOException {
    this.port = port;
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {}
}
