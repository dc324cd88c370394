package localcloud.template;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gathers what is wrong, so that a template's author sees all of it at once. */
final class Problems {
  private final Set<String> lines = new LinkedHashSet<>();

  void add(SourceLocation place, String problem) {
    lines.add(place + ": " + problem);
  }

  void add(TemplateException refused) {
    lines.addAll(refused.problems());
  }

  int count() {
    return lines.size();
  }

  /** Runs one part of the reading; what it refuses is kept for the end. */
  void gather(Runnable part) {
    try {
      part.run();
    } catch (TemplateException refused) {
      add(refused);
    }
  }

  /** Ends the reading if anything was wrong. */
  void throwIfAny() {
    if (!lines.isEmpty()) {
      throw new TemplateException(List.copyOf(lines));
    }
  }
}
