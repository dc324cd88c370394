package localcloud.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import localcloud.model.HttpApiSpec.Route;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request as HTTP APIs do: a full match of method and path first, the one with
 * most literal segments of several; then a greedy path variable, the longest; then {@code
 * $default}.
 */
final class Routes {
  private final List<Pattern> patterns = new ArrayList<>();
  private final @Nullable Route fallback;

  Routes(List<Route> routes) {
    Route found = null;
    for (Route route : routes) {
      if (route.path().equals("$default")) {
        found = route;
      } else {
        patterns.add(Pattern.of(route));
      }
    }
    fallback = found;
  }

  /**
   * A route that fits a request.
   *
   * @param pathParameters decoded
   */
  record Match(Route route, Map<String, String> pathParameters) {}

  /**
   * @param path as it was sent, still encoded
   */
  Optional<Match> find(String method, String path) {
    List<String> segments = segments(path);
    Pattern best = null;
    for (Pattern pattern : patterns) {
      if (pattern.fits(method, segments) && (best == null || pattern.isBefore(best))) {
        best = pattern;
      }
    }
    if (best != null) {
      return Optional.of(new Match(best.route(), best.parameters(segments)));
    }
    return Optional.ofNullable(fallback).map(route -> new Match(route, Map.of()));
  }

  private static List<String> segments(String path) {
    return List.of(path.substring(1).split("/", -1));
  }

  private record Pattern(Route route, List<String> segments, boolean greedy) {
    static Pattern of(Route route) {
      List<String> segments = Routes.segments(route.path());
      return new Pattern(route, segments, segments.getLast().endsWith("+}"));
    }

    boolean fits(String method, List<String> wanted) {
      if (!route.method().equals("ANY") && !route.method().equals(method)) {
        return false;
      }
      // A greedy variable takes one segment or more.
      if (greedy ? wanted.size() < segments.size() : wanted.size() != segments.size()) {
        return false;
      }
      for (int i = 0; i < segments.size(); i++) {
        String segment = segments.get(i);
        String given = wanted.get(i);
        if (isVariable(segment) ? given.isEmpty() : !segment.equals(decoded(given))) {
          return false;
        }
      }
      return true;
    }

    boolean isBefore(Pattern other) {
      if (greedy != other.greedy) {
        return !greedy;
      }
      if (greedy && segments.size() != other.segments.size()) {
        return segments.size() > other.segments.size();
      }
      for (int i = 0; i < segments.size(); i++) {
        boolean variable = isVariable(segments.get(i));
        if (variable != isVariable(other.segments.get(i))) {
          return !variable;
        }
      }
      return !route.method().equals("ANY") && other.route.method().equals("ANY");
    }

    Map<String, String> parameters(List<String> given) {
      Map<String, String> parameters = new LinkedHashMap<>();
      for (int i = 0; i < segments.size(); i++) {
        String segment = segments.get(i);
        if (!isVariable(segment)) {
          continue;
        }
        if (segment.endsWith("+}")) {
          String rest = String.join("/", given.subList(i, given.size()));
          parameters.put(segment.substring(1, segment.length() - 2), decoded(rest));
        } else {
          parameters.put(segment.substring(1, segment.length() - 1), decoded(given.get(i)));
        }
      }
      return parameters;
    }

    private static boolean isVariable(String segment) {
      return segment.startsWith("{");
    }
  }

  /** Returns the text without percent encoding; as it is if the encoding is broken. */
  static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      return text;
    }
  }
}
