package localcloud.template;

import java.util.List;

/** A template that cannot run: each problem is one line that says where, what and what to do. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  public TemplateException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  TemplateException(SourceLocation place, String problem) {
    this(List.of(place + ": " + problem));
  }

  /** Returns the problems, at least one, each a single line. */
  public List<String> problems() {
    return problems;
  }
}
