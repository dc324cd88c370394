package orders.api.form;

import orders.api.http.Problem;

/** What became of reading something that was sent. */
public sealed interface Parsed<T> {
  /** It is right. */
  record Valid<T>(T value) implements Parsed<T> {}

  /** It is not, and this is the answer. */
  record Invalid<T>(Problem problem) implements Parsed<T> {}
}
