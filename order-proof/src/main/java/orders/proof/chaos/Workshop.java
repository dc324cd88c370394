package orders.proof.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/**
 * Builds other versions of the functions from their own sources: a few lines replaced, all else as
 * it was built. What is built here never leaves its folder, and the product needs no switch for it.
 */
public final class Workshop {
  private static final Map<String, String> MODULES =
      Map.of(
          Pipeline.API, "order-api",
          Pipeline.PROCESSOR, "order-processor",
          Pipeline.NOTIFIER, "order-notifier");

  private final Path repository;
  private final Path folder;

  /**
   * One replacement.
   *
   * @param file below the repository's root
   * @param found what must stand there, once
   * @param replacement what stands there instead
   */
  public record Edit(String file, String found, String replacement) {
    /** Returns a text with it. */
    public String applyTo(String text) {
      int at = text.indexOf(found);
      if (at < 0 || text.indexOf(found, at + 1) >= 0) {
        throw new IllegalStateException(
            file + " must hold this once, and does not any more: " + found);
      }
      return text.replace(found, replacement);
    }
  }

  /**
   * Opens a workshop.
   *
   * @param folder an empty one
   */
  public Workshop(Path folder) {
    this.folder = folder;
    this.repository = repository();
  }

  /** Returns the folder that the whole project lies in. */
  public static Path repository() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(at.resolve("template.yaml"))) {
      at = at.getParent();
      if (at == null) {
        throw new IllegalStateException("there is no template.yaml here or above");
      }
    }
    return at;
  }

  /**
   * Writes the product's template with the packages of this workshop, as they were built.
   *
   * @param edits of the template itself
   * @return the template
   */
  public Path template(Edit... edits) {
    MODULES.keySet().forEach(this::asBuilt);
    try {
      String text = Files.readString(repository.resolve("template.yaml"));
      for (Edit edit : edits) {
        text = edit.applyTo(text);
      }
      for (String module : MODULES.values()) {
        String code = "CodeUri: ";
        text = new Edit("template.yaml", code + zip(module), code + module + ".zip").applyTo(text);
      }
      text = text.replace("Directory: order-", "Directory: " + repository + "/order-");
      return Files.writeString(folder.resolve("template.yaml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String zip(String module) {
    return module + "/target/" + module + ".zip";
  }

  private static String module(String function) {
    String module = MODULES.get(function);
    if (module == null) {
      throw new IllegalArgumentException("no function is called " + function);
    }
    return module;
  }

  /** Puts a function's package back as it was built. */
  public void asBuilt(String function) {
    build(function, List.of());
  }

  /** Builds a function's package with these replacements in its sources. */
  public void build(String function, List<Edit> edits) {
    build(function, module(function), edits);
  }

  /**
   * Builds a package of a function with these replacements in its sources, beside the others.
   *
   * @param name of the package, without its ending
   * @return the package
   */
  public Path build(String function, String name, List<Edit> edits) {
    String module = module(function);
    try {
      Path classes = Files.createTempDirectory(folder, "classes-");
      if (!edits.isEmpty()) {
        compile(edits, jars(module), classes);
      }
      return pack(module, name, classes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the jars of a function's package, unpacked. */
  private List<Path> jars(String module) throws IOException {
    Path lib = folder.resolve("lib-" + module);
    List<Path> jars = new ArrayList<>();
    boolean unpacked = Files.isDirectory(lib);
    Files.createDirectories(lib);
    try (ZipFile zip = new ZipFile(repository.resolve(zip(module)).toFile())) {
      for (ZipEntry entry : entries(zip)) {
        if (entry.getName().endsWith(".jar")) {
          Path jar = lib.resolve(Path.of(entry.getName()).getFileName().toString());
          if (!unpacked) {
            try (InputStream content = zip.getInputStream(entry)) {
              Files.copy(content, jar);
            }
          }
          jars.add(jar);
        }
      }
    }
    return jars;
  }

  private void compile(List<Edit> edits, List<Path> jars, Path classes) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Edit edit : edits) {
      String before = texts.get(edit.file());
      texts.put(
          edit.file(),
          edit.applyTo(
              before == null ? Files.readString(repository.resolve(edit.file())) : before));
    }
    Path sources = Files.createTempDirectory(folder, "sources-");
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> text : texts.entrySet()) {
      String name = text.getKey().substring(text.getKey().indexOf("/java/") + "/java/".length());
      Path file = sources.resolve(name);
      Files.createDirectories(file.resolveSibling("."));
      files.add(Files.writeString(file, text.getValue()));
    }
    List<Path> path = new ArrayList<>(jars);
    path.add(jarOf(NullMarked.class));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      StringBuilder said = new StringBuilder();
      boolean done =
          compiler
              .getTask(
                  null,
                  manager,
                  diagnostic -> said.append(diagnostic).append('\n'),
                  List.of(
                      "-d",
                      classes.toString(),
                      "-proc:none",
                      "-cp",
                      String.join(
                          System.getProperty("path.separator"),
                          path.stream().map(Path::toString).toList())),
                  null,
                  manager.getJavaFileObjectsFromPaths(files))
              .call();
      if (!done) {
        throw new IllegalStateException("the changed sources do not compile:\n" + said);
      }
    }
  }

  private static Path jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Writes the package, its new classes at the root, where they come before those of the jars. */
  private Path pack(String module, String name, Path classes) throws IOException {
    Path next = Files.createTempFile(folder, module, ".next");
    try (ZipFile built = new ZipFile(repository.resolve(zip(module)).toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(next));
        Stream<Path> compiled = Files.walk(classes)) {
      out.setLevel(Deflater.NO_COMPRESSION);
      for (Path file : compiled.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
      for (ZipEntry entry : entries(built)) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        try (InputStream content = built.getInputStream(entry)) {
          content.transferTo(out);
        }
      }
    }
    return Files.move(next, folder.resolve(name + ".zip"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static List<ZipEntry> entries(ZipFile zip) {
    List<ZipEntry> entries = new ArrayList<>();
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      entries.add(all.nextElement());
    }
    return entries;
  }
}
