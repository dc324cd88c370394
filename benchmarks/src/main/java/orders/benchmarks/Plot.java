package orders.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Figures drawn as SVG, readable on light and dark pages alike. */
final class Plot {
  private static final List<String> COLOURS =
      List.of("#3b7dd8", "#d9822b", "#2f9e6e", "#b0479f", "#8a6d1f", "#c0392b", "#5f6b7a");
  private static final int WIDTH = 760;
  private static final int LEFT = 210;
  private static final int BAR = 22;

  private final String title;
  private final String below;
  private final List<String> marks = new ArrayList<>();
  private int y = 40;

  /**
   * @param below the machine and date, under the title
   */
  Plot(String title, Machine below) {
    this.title = title;
    this.below = below.toString();
    y += 24;
  }

  /** Draws a group of bars, each as long as its value. */
  Plot bars(String heading, String unit, Map<String, Double> values) {
    text(12, y + 14, "bold", "start", heading + " (" + unit + ")");
    y += 24;
    double most = values.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double scale = (WIDTH - LEFT - 90) / Math.max(most, 1e-9);
    for (Map.Entry<String, Double> value : values.entrySet()) {
      double width = Math.max(1, value.getValue() * scale);
      text(LEFT - 8, y + 15, "normal", "end", value.getKey());
      marks.add(
          String.format(
              Locale.ROOT,
              "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>",
              LEFT,
              y + 2,
              width,
              BAR - 6,
              COLOURS.get(0)));
      text((int) (LEFT + width + 6), y + 15, "normal", "start", number(value.getValue()));
      y += BAR;
    }
    y += 14;
    return this;
  }

  /** Draws lines over the same few places on the x axis, which are spaced evenly. */
  Plot lines(String heading, List<String> places, Map<String, List<Double>> series) {
    text(12, y + 14, "bold", "start", heading);
    y += 30;
    int height = 180;
    double most =
        series.values().stream()
            .flatMap(List::stream)
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(1);
    double scale = height / Math.max(most, 1e-9);
    int right = WIDTH - 230;
    double step = places.size() < 2 ? 0 : (right - 60.0) / (places.size() - 1);
    marks.add(line(60, y + height, right, y + height));
    marks.add(line(60, y, 60, y + height));
    text(54, y + 6, "normal", "end", number(most));
    text(54, y + height + 4, "normal", "end", "0");
    for (int i = 0; i < places.size(); i++) {
      text((int) (60 + i * step), y + height + 18, "normal", "middle", places.get(i));
    }
    int colour = 0;
    for (Map.Entry<String, List<Double>> one : series.entrySet()) {
      StringBuilder points = new StringBuilder();
      for (int i = 0; i < one.getValue().size(); i++) {
        points.append(
            String.format(
                Locale.ROOT,
                "%.1f,%.1f ",
                60 + i * step,
                y + height - one.getValue().get(i) * scale));
      }
      String ink = COLOURS.get(colour % COLOURS.size());
      marks.add(
          "<polyline fill='none' stroke-width='2.5' stroke='"
              + ink
              + "' points='"
              + points.toString().strip()
              + "'/>");
      marks.add(
          "<rect x='"
              + (right + 20)
              + "' y='"
              + (y + colour * 20)
              + "' width='12' height='12' fill='"
              + ink
              + "'/>");
      text(right + 38, y + colour * 20 + 11, "normal", "start", one.getKey());
      colour++;
    }
    y += Math.max(height, colour * 20) + 40;
    return this;
  }

  private static String line(int x1, int y1, int x2, int y2) {
    return String.format(
        Locale.ROOT, "<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='#8a8f98'/>", x1, y1, x2, y2);
  }

  private void text(int x, int at, String weight, String anchor, String words) {
    marks.add(
        String.format(
            Locale.ROOT,
            "<text x='%d' y='%d' font-weight='%s' text-anchor='%s'>%s</text>",
            x,
            at,
            weight,
            anchor,
            escaped(words)));
  }

  private static String number(double value) {
    return value >= 100
        ? Long.toString(Math.round(value))
        : String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
  }

  /** Returns the drawing. */
  String svg() {
    return String.format(
            Locale.ROOT,
            "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d'"
                + " role='img' aria-label='%s' font-family='system-ui, sans-serif'"
                + " font-size='13' fill='#5f6b7a'>%n",
            WIDTH,
            y,
            WIDTH,
            y,
            escaped(title))
        + String.format(
            Locale.ROOT,
            "<text x='12' y='24' font-size='17' font-weight='bold'>%s</text>%n"
                + "<text x='12' y='44' font-size='11'>%s</text>%n",
            escaped(title),
            escaped(below))
        + String.join("\n", marks)
        + "\n</svg>\n";
  }

  /** Writes the drawing to a file. */
  void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, svg());
    System.out.println("as a plot: " + file);
  }
}
