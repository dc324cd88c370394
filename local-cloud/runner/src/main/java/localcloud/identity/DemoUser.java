package localcloud.identity;

import java.util.Collection;
import java.util.List;

/**
 * Somebody who may sign in on this machine.
 *
 * @param sub subject of the tokens
 * @param scopes all that may be asked for
 */
public record DemoUser(String sub, String name, List<String> scopes) {
  public DemoUser {
    scopes = List.copyOf(scopes);
  }

  /**
   * Returns two customers, who may do everything but what an {@code admin} scope guards, and a back
   * office that may do that too.
   *
   * @param scopes every scope that the template's routes name
   */
  public static List<DemoUser> defaults(Collection<String> scopes) {
    List<String> all = scopes.stream().distinct().sorted().toList();
    List<String> customers =
        all.stream().filter(scope -> !scope.equals("admin") && !scope.endsWith("/admin")).toList();
    return List.of(
        new DemoUser("alice", "Alice, a customer", customers),
        new DemoUser("bob", "Bob, a customer", customers),
        new DemoUser("office", "The back office", all));
  }
}
