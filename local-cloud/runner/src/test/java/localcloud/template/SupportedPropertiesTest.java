package localcloud.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SupportedPropertiesTest {
  private static final String BEGIN =
      "<!-- fidelity: made from the code that reads templates -->\n";
  private static final String END = "<!-- end of fidelity -->";

  /**
   * The reader goes by the same table. To bring the README up to date, run this test with {@code
   * -Dfidelity.write=true}.
   */
  @Test
  void the_readme_says_what_the_reader_does() throws IOException {
    Path readme = Path.of("..", "README.md");
    String text = Files.readString(readme);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);

    if (Boolean.getBoolean("fidelity.write")) {
      Files.writeString(
          readme,
          text.substring(0, begin)
              + "\n"
              + SupportedProperties.markdown()
              + "\n"
              + text.substring(end));
    }

    assertThat(Files.readString(readme))
        .contains(BEGIN + "\n" + SupportedProperties.markdown() + "\n" + END);
  }
}
