package orders.systemtests.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Chromium without a window, and what a person would do in it. */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final String AXE = resource("axe.min.js");

  private final Path profile;
  private final ChromeDriver driver;

  Browser() {
    Path chromium =
        installed("CHROME_BINARY", "chromium", "chromium", "chromium-browser", "google-chrome");
    Path chromedriver = installed("CHROMEDRIVER", "chromium-driver", "chromedriver");
    try {
      profile = Files.createTempDirectory("chromium");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
    var options = new ChromeOptions();
    options.setBinary(chromium.toFile());
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en-IE",
        "--user-data-dir=" + profile);
    // Named outright, or the driver's finder would look for one to download.
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.toFile())
            .usingAnyFreePort()
            .withTimeout(PATIENCE)
            .build();
    driver = new ChromeDriver(service, options);
    driver.manage().timeouts().scriptTimeout(PATIENCE).pageLoadTimeout(PATIENCE);
    size(false);
  }

  /** Returns a program: the one that a variable names, else the first that is on the path. */
  private static Path installed(String variable, String debianPackage, String... names) {
    String named = System.getenv(variable);
    if (named != null) {
      return Path.of(named);
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      for (String name : names) {
        Path program = Path.of(folder, name);
        if (Files.isExecutable(program)) {
          return program;
        }
      }
    }
    throw new AssertionError(
        "The console is tested in a real browser, and %s is not on the PATH. Run ./orders verify, or on Debian: apt-get install %s"
            .formatted(names[0], debianPackage));
  }

  // -------------------------------------------------------------------------------------------
  // looking and doing

  void open(URI address) {
    driver.get(
        "about:blank"); // or an address that differs in its fragment alone would load nothing
    driver.get(address.toString());
  }

  /** Signs out by force: the cookies of this machine and what the console has stored are gone. */
  void forget(URI console) {
    driver.get("about:blank");
    driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
    driver.executeCdpCommand(
        "Storage.clearDataForOrigin",
        Map.of(
            "origin", console.getScheme() + "://" + console.getAuthority(), "storageTypes", "all"));
    driver.get(console.resolve("icon.svg").toString());
    driver.executeScript("localStorage.clear(); sessionStorage.clear()");
  }

  void reload() {
    driver.navigate().refresh();
  }

  void back() {
    driver.navigate().back();
  }

  String title() {
    return String.valueOf(driver.getTitle());
  }

  /** Returns the address after the page's path. */
  String fragment() {
    return String.valueOf(driver.executeScript("return location.hash"));
  }

  /** Waits until what has the focus matches. */
  void seeFocus(String css) {
    await(
        "to have the focus on " + css,
        it ->
            Boolean.TRUE.equals(
                    driver.executeScript(
                        "return document.activeElement.matches(arguments[0])", css))
                ? true
                : null);
  }

  /** Chooses an entry of a picker. */
  void choose(String css, String value) {
    WebElement picker = see(css);
    new Select(picker).selectByValue(value);
  }

  /** Goes to another view as a link would, without loading the page again. */
  void view(String fragment) {
    driver.executeScript("location.hash = arguments[0]", fragment);
  }

  WebElement see(String css) {
    return await("to see " + css, it -> displayed(it.findElements(By.cssSelector(css))));
  }

  void seeNone(String css) {
    await("to see no " + css, it -> it.findElements(By.cssSelector(css)).isEmpty() ? true : null);
  }

  WebElement seeText(String css, String text) {
    return await(
        "to read '" + text + "' in " + css,
        it ->
            it.findElements(By.cssSelector(css)).stream()
                .filter(element -> element.getText().contains(text))
                .findFirst()
                .orElse(null));
  }

  void press(String css) {
    await(
        "to press " + css,
        it -> {
          WebElement button = displayed(it.findElements(By.cssSelector(css)));
          if (button == null || !button.isEnabled()) {
            return null;
          }
          driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", button);
          button.click();
          return true;
        });
  }

  void write(String css, String text) {
    await(
        "to write into " + css,
        it -> {
          WebElement field = see(css);
          field.clear();
          field.sendKeys(text);
          return true;
        });
  }

  int count(String css) {
    return driver.findElements(By.cssSelector(css)).size();
  }

  List<String> texts(String css) {
    return await(
        "to read " + css,
        it -> it.findElements(By.cssSelector(css)).stream().map(WebElement::getText).toList());
  }

  <T> T await(String what, Function<WebDriver, T> condition) {
    return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50))
        .withMessage(what)
        .ignoring(StaleElementReferenceException.class)
        .ignoring(ElementNotInteractableException.class)
        .until(condition);
  }

  private static WebElement displayed(List<WebElement> elements) {
    return elements.stream().filter(WebElement::isDisplayed).findFirst().orElse(null);
  }

  /** Runs a function body in the page; what it returns may be a promise. */
  Object run(String body, Object... arguments) {
    return driver.executeAsyncScript(
        "const done = arguments[arguments.length - 1]; (async (...arguments_) => { "
            + body
            + " })(...Array.from(arguments).slice(0, -1)).then(done, (e) => done('failed: ' + e));",
        arguments);
  }

  // ------------------------------------------------------------------------------------------------- the page's form

  /** Makes the page as wide as on a desk, or on a phone. */
  void size(boolean phone) {
    int width = phone ? 390 : 1360;
    int height = phone ? 844 : 900;
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
  }

  void dark(boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  void screenshot(String name) {
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // --------------------------------------------------------------------------------------------------------- checks

  /** Returns what axe finds wrong with the page as it is now, a line for each element. */
  @SuppressWarnings("unchecked")
  List<String> violations() {
    driver.executeScript(AXE);
    return (List<String>)
        run(
            """
            const { violations } = await axe.run(document, { resultTypes: ['violations'] });
            return violations.flatMap(({ id, help, nodes }) => nodes.map((node) =>
              `${id}: ${help}: ${node.html} ${node.any.map(({ message }) => message)}`));
            """);
  }

  /**
   * Returns, once, what the browser complained of since the last call, about pages of one origin.
   */
  List<String> complaints(URI origin) {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .filter(message -> message.contains(origin.toString()))
        .toList();
  }

  private static String resource(String name) {
    try (var stream = Browser.class.getClassLoader().getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException stillWriting) {
      // The browser may write as it ends; the folder is in the machine's temporary one.
    }
  }
}
