package localcloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import localcloud.model.StaticSiteSpec;
import localcloud.wire.Headers;
import localcloud.wire.Request;
import localcloud.wire.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticSiteTest {
  @TempDir Path folder;
  private StaticSite site;

  @BeforeEach
  void aSiteBesideASecret() throws IOException {
    Path pages = Files.createDirectories(folder.resolve("pages/app"));
    Files.writeString(folder.resolve("secret.txt"), "secret");
    Files.writeString(folder.resolve("pages/index.html"), "<h1>Hello</h1>");
    Files.writeString(pages.resolve("main.js"), "hello()");
    Files.createSymbolicLink(folder.resolve("pages/link.txt"), folder.resolve("secret.txt"));
    site =
        new StaticSite(
            new StaticSiteSpec("/pages", folder.resolve("pages"), Map.of("issuer", "http://here")),
            URI.create("http://127.0.0.1:3001"));
  }

  @ParameterizedTest
  @CsvSource({
    "/pages/, text/html, <h1>Hello</h1>",
    "/pages/index.html, text/html, <h1>Hello</h1>",
    "/pages/app/main.js, text/javascript, hello()",
    "/pages/app/%6Dain.js, text/javascript, hello()",
    "/pages/config.json, application/json, '{\"issuer\":\"http://here\"}'"
  })
  void a_file_comes_with_its_type(String path, String type, String content) {
    Response answer = get(path);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().first("Content-Type").orElse("").split(";", 2)[0]).isEqualTo(type);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/pages/../secret.txt",
        "/pages/%2e%2e/secret.txt",
        "/pages/app/..%2f..%2fsecret.txt",
        "/pages//etc/hostname",
        "/pages/link.txt",
        "/pages/%00",
        "/pages/%zz",
        "/pages/app",
        "/pages/none.html"
      })
  void nothing_outside_the_folder_is_served(String path) {
    Response answer = get(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).doesNotContain("secret");
  }

  @Test
  void a_page_may_call_its_own_origin_and_the_runner_and_run_only_its_own_scripts() {
    String policy = get("/pages/").headers().first("Content-Security-Policy").orElse("");

    assertThat(policy)
        .contains(
            "default-src 'none'", "script-src 'self'", "connect-src 'self' http://127.0.0.1:3001")
        .doesNotContain("unsafe");
    assertThat(get("/pages/").headers().first("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void an_unchanged_file_is_not_sent_again_and_a_changed_one_is() throws IOException {
    String etag = get("/pages/").headers().first("ETag").orElseThrow();

    assertThat(get("/pages/", "If-None-Match", etag).status()).isEqualTo(304);

    Files.writeString(folder.resolve("pages/index.html"), "<h1>Changed</h1>");
    assertThat(get("/pages/", "If-None-Match", etag).status()).isEqualTo(200);
  }

  @Test
  void the_path_without_its_slash_leads_to_the_one_with_it() {
    Response answer = get("/pages");

    assertThat(answer.status()).isEqualTo(308);
    assertThat(answer.headers().first("Location")).contains("/pages/");
  }

  @Test
  void another_path_is_left_to_the_routes_and_another_method_refused() {
    assertThat(site.answer(request("GET", "/pagesandmore", new Headers()))).isEmpty();
    assertThat(site.answer(request("GET", "/orders", new Headers()))).isEmpty();

    Response refused = site.answer(request("POST", "/pages/", new Headers())).orElseThrow();
    assertThat(refused.status()).isEqualTo(405);
    assertThat(refused.headers().first("Allow")).contains("GET, HEAD");
  }

  private Response get(String path, String... headers) {
    var all = new Headers();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    return site.answer(request("GET", path, all)).orElseThrow();
  }

  private static Request request(String method, String target, Headers headers) {
    return new Request(
        method, target, "HTTP/1.1", headers, new byte[0], InetAddress.getLoopbackAddress());
  }
}
