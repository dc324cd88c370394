package orders.api.http;

/**
 * One thing that is wrong with a request.
 *
 * @param code stable, for machines
 * @param detail for a person who can act on it
 */
public record Violation(Place place, String code, String detail) {
  /** Where it is. */
  public sealed interface Place {}

  /**
   * In the body.
   *
   * @param value a JSON pointer (RFC 6901)
   */
  public record Pointer(String value) implements Place {
    /** The whole body. */
    public static final Pointer ROOT = new Pointer("");

    /** Returns the place of a member. */
    public Pointer member(String name) {
      return new Pointer(value + "/" + name.replace("~", "~0").replace("/", "~1"));
    }

    /** Returns the place of an element, counted from 0. */
    public Pointer element(int index) {
      return new Pointer(value + "/" + index);
    }
  }

  /** In the query. */
  public record Parameter(String name) implements Place {}

  /** In a header. */
  public record Header(String name) implements Place {}
}
