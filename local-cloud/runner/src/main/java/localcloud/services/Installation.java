package localcloud.services;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where local-cloud lies on this machine: the folder above its modules.
 *
 * @param folder holds {@code dynamodb}, {@code elasticmq} and {@code lambda-runtime}
 */
public record Installation(Path folder) {

  /**
   * Returns the folder named by the system property {@code localcloud.home}, or else the one above
   * this class's own module.
   *
   * @throws IllegalStateException if there is none
   */
  public static Installation find() {
    String named = System.getProperty("localcloud.home");
    if (named != null) {
      return new Installation(Path.of(named).toAbsolutePath());
    }
    try {
      Path code =
          Path.of(Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI())
              .toAbsolutePath();
      for (Path at = code; at != null; at = at.getParent()) {
        if (Files.isDirectory(at.resolve("lambda-runtime"))
            && Files.isDirectory(at.resolve("dynamodb"))) {
          return new Installation(at);
        }
      }
      throw new IllegalStateException(
          "local-cloud's modules are not above " + code + "; name them with -Dlocalcloud.home");
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Returns the folder that holds a module's whole class path.
   *
   * @throws IOException if it was not built
   */
  public Path lib(String module) throws IOException {
    Path lib = folder.resolve(module).resolve("target").resolve("lib");
    if (!Files.isDirectory(lib)) {
      throw new IOException(lib + " is missing: build it with mvn package");
    }
    return lib;
  }
}
