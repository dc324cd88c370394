package orders.api.application;

import java.util.Set;

/** Which version of an order a change is meant for. */
public sealed interface VersionCondition {
  /** Returns whether a version is meant. */
  boolean allows(long version);

  /** Returns the condition that it is this version. */
  static VersionCondition version(long version) {
    return new OneOf(Set.of(Long.toString(version)));
  }

  /** Whatever version there is. */
  record Any() implements VersionCondition {
    @Override
    public boolean allows(long version) {
      return true;
    }
  }

  /**
   * One of those that the caller has seen.
   *
   * @param versions as they were sent; what is no number matches nothing
   */
  record OneOf(Set<String> versions) implements VersionCondition {
    public OneOf {
      versions = Set.copyOf(versions);
    }

    @Override
    public boolean allows(long version) {
      return versions.contains(Long.toString(version));
    }
  }
}
