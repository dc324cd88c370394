package localcloud.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Things that need each other's values, each the next one's and the last the first one's. Several
 * parts of the reading may meet the same circle, each at another member: it is told in one way, so
 * that {@link Problems} keeps one line of it.
 *
 * @param what kind of things they are, as the message begins
 */
record CyclicReference(String what, List<String> members) {
  TemplateException refusal(Function<String, SourceLocation> places) {
    String first =
        Collections.min(
            members,
            Comparator.<String>comparingInt(it -> places.apply(it).line())
                .thenComparing(Comparator.naturalOrder()));
    List<String> told = new ArrayList<>(members);
    Collections.rotate(told, -told.indexOf(first));
    told.add(first);
    return new TemplateException(
        places.apply(first),
        what
            + ": "
            + String.join(" -> ", told)
            + (members.size() == 1 ? " needs itself" : " need each other")
            + "; break the circle");
  }
}
