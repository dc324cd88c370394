package localcloud.elasticmq;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Logger;

/**
 * H2 as it is, but for one thing: when the file of messages cannot be written, the process ends,
 * before the send that it was about is answered. After such a failure H2 closes its file, and
 * ElasticMQ would go on from its memory alone. What was answered before is in the file, for the
 * next process.
 */
public final class WatchedStore implements Driver {
  private static final String PREFIX = "jdbc:watched:";

  /** General error, out of memory, file broken or unreadable, database closed: H2's numbers. */
  private static final Set<Integer> FATAL = Set.of(50000, 90028, 90030, 90031, 90098, 90108);

  static {
    try {
      DriverManager.registerDriver(new WatchedStore());
    } catch (SQLException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** Returns the URL of an H2 database under watch. */
  static String url(String h2) {
    return PREFIX + h2.substring("jdbc:".length());
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith(PREFIX);
  }

  @Override
  public Connection connect(String url, Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    try {
      return (Connection)
          watched(
              Connection.class,
              DriverManager.getConnection("jdbc:" + url.substring(PREFIX.length()), info));
    } catch (SQLException failure) {
      endIfFatal(failure);
      throw failure;
    }
  }

  private static Object watched(Class<?> kind, Object real) {
    return Proxy.newProxyInstance(
        WatchedStore.class.getClassLoader(),
        new Class<?>[] {kind},
        (proxy, method, arguments) -> {
          try {
            Object result = method.invoke(real, arguments);
            if (result instanceof PreparedStatement) {
              return watched(PreparedStatement.class, result);
            }
            return result instanceof Statement ? watched(Statement.class, result) : result;
          } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof SQLException failure) {
              endIfFatal(failure);
            }
            throw thrown.getCause();
          }
        });
  }

  private static void endIfFatal(SQLException failure) {
    if (FATAL.contains(failure.getErrorCode())) {
      end(failure);
    }
  }

  /** Ends the process with the reason in one line. */
  static void end(SQLException failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    System.err.println("cannot keep messages and so takes no more: " + cause.getMessage());
    System.err.flush();
    Runtime.getRuntime().halt(1);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }
}
