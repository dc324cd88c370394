package orders.api.form;

import java.util.ArrayList;
import java.util.List;
import orders.api.http.Problem;
import orders.api.http.ProblemType;
import orders.api.http.Violation;

/** Counts all that is wrong with one request, and keeps what is told of it in the order found. */
final class Violations {
  /** More than anyone reads; a body of a hundred thousand mistakes must not become an answer. */
  private static final int MOST = 200;

  private final List<Violation> found = new ArrayList<>();
  private int count;

  void add(Violation.Place place, String code, String detail) {
    count++;
    if (found.size() < MOST) {
      found.add(new Violation(place, code, detail));
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Returns how many there are, those included that are too many to tell. */
  int count() {
    return count;
  }

  Problem toProblem(ProblemType type) {
    String detail =
        count == 1 ? "The request has 1 error." : "The request has " + count + " errors.";
    return Problem.of(type, detail, found);
  }
}
