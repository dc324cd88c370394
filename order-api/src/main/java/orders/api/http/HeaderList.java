package orders.api.http;

import java.util.ArrayList;
import java.util.List;

/**
 * How a header's value is parted at its commas. The gateway joins the lines of a repeated header
 * with commas, so even a header that comes once may arrive as a list.
 */
public enum HeaderList {
  /** Elements are bare or strings: a quote opens a string only where an element begins. */
  STRINGS(false, true),
  /** Quotes may open anywhere, as in the parameter of a media type. */
  PARAMETERS(true, true),
  /** Quotes may follow a weakness mark; a backslash is a character like any other. */
  ENTITY_TAGS(true, false);

  private final boolean quotesInside;
  private final boolean escapes;

  HeaderList(boolean quotesInside, boolean escapes) {
    this.quotesInside = quotesInside;
    this.escapes = escapes;
  }

  /** Returns the elements, empty ones too, without the white space around them. */
  public List<String> elements(String value) {
    return split(value, ',');
  }

  /** Returns the parts of an element, such as a media type and its parameters. */
  public List<String> parts(String element) {
    return split(element, ';');
  }

  private List<String> split(String value, char separator) {
    List<String> elements = new ArrayList<>();
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (quoted && escapes && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted && (quotesInside || value.substring(start, i).isBlank());
      } else if (c == separator && !quoted) {
        elements.add(value.substring(start, i).strip());
        start = i + 1;
      }
    }
    elements.add(value.substring(start).strip());
    return elements;
  }
}
