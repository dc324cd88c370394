package orders.api.form;

import java.util.ArrayList;
import java.util.List;
import orders.api.http.Problem;
import orders.api.http.ProblemType;
import orders.api.http.Violation;

/** Gathers all that is wrong with one request, in the order in which it is found. */
final class Violations {
  /** More than anyone reads; a body of a hundred thousand mistakes must not become an answer. */
  private static final int MOST = 200;

  private final List<Violation> found = new ArrayList<>();

  void add(Violation.Place place, String code, String detail) {
    if (found.size() < MOST) {
      found.add(new Violation(place, code, detail));
    }
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  int count() {
    return found.size();
  }

  Problem toProblem(ProblemType type) {
    String detail =
        found.size() == 1
            ? "One thing is wrong; see errors."
            : found.size() + " things are wrong; see errors.";
    return Problem.of(type, detail, found);
  }
}
