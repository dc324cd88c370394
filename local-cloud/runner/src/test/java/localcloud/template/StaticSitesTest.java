package localcloud.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import localcloud.model.StaticSiteSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticSitesTest {
  @TempDir Path folder;

  @Test
  void a_folder_of_pages_is_named_in_the_metadata_and_its_config_filled_in() {
    List<StaticSiteSpec> sites =
        sites(
            """
                - Path: /pages
                  Directory: web/site
                  Config: { issuer: '${LocalIssuer}', scope: openid orders/read }
            """);

    assertThat(sites)
        .containsExactly(
            new StaticSiteSpec(
                "/pages",
                folder.resolve("web/site"),
                Map.of("issuer", "http://127.0.0.1:3001/issuer", "scope", "openid orders/read")));
  }

  @Test
  void a_misspelt_name_or_a_path_of_several_segments_is_refused_at_its_line() {
    assertThatThrownBy(() -> sites("    - { Path: /pages, Directory: web, Configuration: {} }\n"))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("Configuration");
    assertThatThrownBy(() -> sites("    - { Path: /a/b, Directory: web }\n"))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("/a/b");
    assertThatThrownBy(() -> sites("    - { Path: /pages }\n"))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("Directory");
  }

  private List<StaticSiteSpec> sites(String entries) {
    return new TemplateFixture(folder)
        .template(
            "Metadata:\n  LocalCloud:\n    Static:\n"
                + entries
                + TemplateFixture.FUNCTION.stripTrailing()
                + "\n")
        .staticSites(Map.of("LocalIssuer", "http://127.0.0.1:3001/issuer"));
  }
}
