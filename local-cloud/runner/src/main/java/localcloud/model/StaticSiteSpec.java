package localcloud.model;

import java.nio.file.Path;
import java.util.Map;

/**
 * Files served as they are beside an HTTP API, in place of the bucket and the distribution that do
 * so on AWS.
 *
 * @param path where they are served, such as {@code /console}, without a slash at the end
 * @param directory the folder that holds them; it need not be there yet
 * @param config what {@code config.json} among them says of this machine; empty if there is none
 */
public record StaticSiteSpec(String path, Path directory, Map<String, String> config) {
  public StaticSiteSpec {
    config = Map.copyOf(config);
  }
}
