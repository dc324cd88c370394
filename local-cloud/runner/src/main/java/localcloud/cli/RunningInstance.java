package localcloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** An instance that another process runs, asked on its invoke port. */
final class RunningInstance {
  /** Where an instance listens unless told otherwise. */
  static final int DEFAULT_PORT = 3001;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final int port;

  /** Finds the instance by its port, by the file it left, or where instances listen by default. */
  RunningInstance(OptionalInt port) {
    this.port = port.orElseGet(RunningInstance::noted);
  }

  /** Returns the file that says on which port the instance of this folder listens. */
  static Path note() {
    return Path.of(System.getProperty("localcloud.state", ".local-cloud"), "invoke-port");
  }

  private static int noted() {
    try {
      return Files.exists(note())
          ? Integer.parseInt(Files.readString(note()).strip())
          : DEFAULT_PORT;
    } catch (IOException | NumberFormatException unreadable) {
      return DEFAULT_PORT;
    }
  }

  JsonNode get(String path) {
    return ask("GET", path);
  }

  JsonNode post(String path) {
    return ask("POST", path);
  }

  private JsonNode ask(String method, String path) {
    String address = "http://127.0.0.1:" + port + "/_local" + path;
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(address).toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setConnectTimeout(2_000);
      connection.setReadTimeout(30_000);
      int status = connection.getResponseCode();
      try (InputStream body =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        JsonNode answer = JSON.readTree(body);
        if (status >= 400) {
          throw new CommandException(answer.path("message").asText("refused"));
        }
        return answer;
      }
    } catch (ConnectException absent) {
      throw new CommandException(
          "nothing runs on 127.0.0.1:%d; start it with `%s up`, or name its port with --invoke-port"
              .formatted(port, Main.name()));
    } catch (IOException e) {
      throw new UncheckedIOException("asking " + address + " failed: " + e.getMessage(), e);
    }
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
