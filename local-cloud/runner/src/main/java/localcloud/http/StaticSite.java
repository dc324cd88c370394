package localcloud.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import localcloud.model.StaticSiteSpec;
import localcloud.wire.Headers;
import localcloud.wire.Request;
import localcloud.wire.Response;

/**
 * One folder of static files, served with the headers that a distribution on AWS adds. Every answer
 * is checked again by its {@code ETag} before it is reused, so a file changed on disk is a changed
 * page. Safe for use by many threads.
 */
final class StaticSite {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final String CONFIG = "config.json";
  private static final String OTHER = "application/octet-stream";
  private static final Map<String, String> TYPES =
      Map.of(
          "css", "text/css; charset=utf-8",
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "png", "image/png",
          "svg", "image/svg+xml",
          "txt", "text/plain; charset=utf-8",
          "webp", "image/webp",
          "woff2", "font/woff2",
          "yaml", "application/yaml");

  private final StaticSiteSpec spec;
  private final String contentSecurityPolicy;

  /**
   * @param friend address of this machine that the pages may call beside their own: the runner's
   *     control and its issuer
   */
  StaticSite(StaticSiteSpec spec, URI friend) {
    this.spec = spec;
    this.contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
            + " 'self' "
            + friend
            + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  }

  /** Returns the answer to a request for this site; empty if it is for something else. */
  Optional<Response> answer(Request request) {
    String path = request.path();
    if (path.equals(spec.path())) {
      return Optional.of(
          new Response(308, headers().add("location", spec.path() + "/"), new byte[0]));
    }
    if (!path.startsWith(spec.path() + "/")) {
      return Optional.empty();
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      var refused = text(405, "Only GET and HEAD.\n");
      refused.headers().add("allow", "GET, HEAD");
      return Optional.of(refused);
    }
    String name = path.substring(spec.path().length() + 1);
    return Optional.of(
        content(name)
            .map(content -> found(request, name, content))
            .orElseGet(() -> text(404, "There is no such file.\n")));
  }

  private Response found(Request request, String name, byte[] content) {
    String etag = '"' + digest(content) + '"';
    var headers =
        headers()
            .add("content-type", typeOf(name))
            .add("etag", etag)
            .add("cache-control", "no-cache");
    return request.headers().hasToken("If-None-Match", etag)
        ? new Response(304, headers, new byte[0])
        : new Response(200, headers, content);
  }

  private Optional<byte[]> content(String rawName) {
    try {
      if (rawName.equals(CONFIG) && !spec.config().isEmpty()) {
        return Optional.of(JSON.writeValueAsBytes(spec.config()));
      }
      // A fragment of a URI decodes as a path does, and takes any character.
      String name = new URI("#" + rawName).getFragment();
      Path file = spec.directory().resolve(indexed(name)).normalize();
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      // The real path, since a link in the folder may lead out of it too.
      boolean inside = file.toRealPath().startsWith(spec.directory().toRealPath());
      return inside ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (URISyntaxException | InvalidPathException notAName) {
      return Optional.empty();
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String indexed(String name) {
    return name.isEmpty() || name.endsWith("/") ? name + "index.html" : name;
  }

  private static String typeOf(String name) {
    String file = indexed(name);
    return TYPES.getOrDefault(file.substring(file.lastIndexOf('.') + 1), OTHER);
  }

  private Headers headers() {
    return new Headers()
        .add("content-security-policy", contentSecurityPolicy)
        .add("x-content-type-options", "nosniff")
        .add("referrer-policy", "no-referrer")
        .add("cross-origin-opener-policy", "same-origin")
        .add("cross-origin-resource-policy", "same-origin");
  }

  private Response text(int status, String text) {
    return new Response(
        status,
        headers().add("content-type", "text/plain; charset=utf-8"),
        text.getBytes(StandardCharsets.UTF_8));
  }

  private static String digest(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
