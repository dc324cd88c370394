package orders.systemtests.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
  private static final Pattern USES = Pattern.compile("uses: (\\S+)");

  @Test
  void links_between_documents_lead_to_files_and_headings_that_there_are() throws IOException {
    List<String> broken = new ArrayList<>();
    List<Path> documents = documents();

    for (Path document : documents) {
      LINK.matcher(Files.readString(document))
          .results()
          .map(match -> match.group(1))
          .filter(link -> !link.contains("://"))
          .filter(link -> !leadsSomewhere(document, link))
          .forEach(link -> broken.add(project().relativize(document) + " -> " + link));
    }

    assertThat(documents).hasSizeGreaterThan(10);
    assertThat(broken).isEmpty();
  }

  @Test
  void actions_of_the_workflow_are_pinned_by_commit() throws IOException {
    List<String> uses = new ArrayList<>();
    try (Stream<Path> files = Files.list(project().resolve(".github/workflows"))) {
      for (Path file : files.toList()) {
        USES.matcher(Files.readString(file)).results().forEach(match -> uses.add(match.group(1)));
      }
    }

    assertThat(uses).isNotEmpty().allMatch(action -> action.matches("[^@]+@[0-9a-f]{40}"));
  }

  private static boolean leadsSomewhere(Path document, String link) {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? document : document.resolveSibling(file).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    return hash < 0 || anchors(target).contains(link.substring(hash + 1));
  }

  private static List<String> anchors(Path document) {
    try {
      return HEADING
          .matcher(Files.readString(document))
          .results()
          .map(DocumentsTest::anchor)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String anchor(MatchResult heading) {
    return heading
        .group(1)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9 _-]", "")
        .replace(' ', '-');
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(project())) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.toString().contains("/target/"))
          .toList();
    }
  }

  private static Path project() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("template.yaml"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("template.yaml is in no folder above this one");
      }
    }
    return folder;
  }
}
