package localcloud.services.sns;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request of the query protocol. */
record Form(Map<String, String> fields) {
  private static final int MAX_MEMBERS = 1000;

  Optional<String> get(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  /**
   * @throws SnsException if it is not there
   */
  String need(String name) throws SnsException {
    String value = fields.get(name);
    if (value == null) {
      throw SnsException.invalidParameter(name);
    }
    return value;
  }

  /** Returns each of {@code name.member.1}, {@code name.member.2} … as a form of its own. */
  List<Form> members(String name) {
    return numbered(name + ".member.");
  }

  /** Returns {@code name.entry.1.key} and {@code .value} and so on as a map. */
  Map<String, String> entries(String name) {
    Map<String, String> map = new LinkedHashMap<>();
    for (Form entry : numbered(name + ".entry.")) {
      entry.get("key").ifPresent(key -> map.put(key, entry.get("value").orElse("")));
    }
    return map;
  }

  List<Form> numbered(String prefix) {
    List<Form> found = new ArrayList<>();
    for (int i = 1; i <= MAX_MEMBERS; i++) {
      String start = prefix + i;
      Map<String, String> inner = new LinkedHashMap<>();
      fields.forEach(
          (key, value) -> {
            if (key.startsWith(start + ".")) {
              inner.put(key.substring(start.length() + 1), value);
            } else if (key.equals(start)) {
              inner.put("", value);
            }
          });
      if (inner.isEmpty()) {
        break;
      }
      found.add(new Form(inner));
    }
    return found;
  }
}
