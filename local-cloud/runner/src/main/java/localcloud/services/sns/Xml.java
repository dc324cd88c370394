package localcloud.services.sns;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** Writes XML, element by element. */
final class Xml {
  private final StringBuilder text = new StringBuilder(512);
  private final Deque<String> open = new ArrayDeque<>();

  Xml open(String name) {
    text.append('<').append(name).append('>');
    open.push(name.indexOf(' ') < 0 ? name : name.substring(0, name.indexOf(' ')));
    return this;
  }

  Xml close() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  Xml element(String name, String value) {
    text.append('<').append(name).append('>');
    escape(value);
    text.append("</").append(name).append('>');
    return this;
  }

  /** Writes a map as SNS does: {@code entry} elements of {@code key} and {@code value}. */
  Xml entries(String name, Map<String, String> map) {
    open(name);
    map.forEach((key, value) -> open("entry").element("key", key).element("value", value).close());
    return close();
  }

  private void escape(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '"' -> text.append("&quot;");
        case '\r' -> text.append("&#13;");
        default -> text.append(c < ' ' && c != '\n' && c != '\t' ? '\uFFFD' : c);
      }
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
