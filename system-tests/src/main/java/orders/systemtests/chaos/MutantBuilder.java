package orders.systemtests.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Builds mutants of the functions: calls of some methods go to stand-ins, all else is as it was
 * built. The compiled classes are changed, not the sources. What is built here never leaves its
 * folder, and the product needs no switch for it.
 */
public final class MutantBuilder {
  private static final Map<String, String> MODULES =
      Map.of(
          Pipeline.API, "order-api",
          Pipeline.PROCESSOR, "order-processor",
          Pipeline.NOTIFIER, "order-notifier");

  /** Where the classes of this project are in a jar. */
  private static final String OUR_CLASSES = "orders/";

  private final Path repository;
  private final Path folder;

  /**
   * One replacement in the template.
   *
   * @param found what must stand there, once
   * @param replacement what stands there instead
   */
  public record TemplateEdit(String found, String replacement) {
    /** Returns a text with it. */
    String applyTo(String text) {
      int at = text.indexOf(found);
      if (at < 0 || text.indexOf(found, at + 1) >= 0) {
        throw new IllegalStateException(
            "template.yaml must contain this once, and no longer does: " + found);
      }
      return text.replace(found, replacement);
    }
  }

  /**
   * Creates a builder.
   *
   * @param folder for the packages, empty
   */
  public MutantBuilder(Path folder) {
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
   * Writes the product's template with the packages of this builder, as they were built.
   *
   * @param edits of the template itself
   * @return the template
   */
  public Path template(TemplateEdit... edits) {
    MODULES.keySet().forEach(this::asBuilt);
    try {
      String text = Files.readString(repository.resolve("template.yaml"));
      for (TemplateEdit edit : edits) {
        text = edit.applyTo(text);
      }
      for (String module : MODULES.values()) {
        String code = "CodeUri: ";
        text = new TemplateEdit(code + zip(module), code + module + ".zip").applyTo(text);
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
    build(function);
  }

  /**
   * Builds a function's package with these stand-ins.
   *
   * @throws IllegalStateException if a call that a stand-in is for is no longer made
   */
  public void build(String function, Class<?>... standIns) {
    build(function, module(function), List.of(standIns));
  }

  /**
   * Builds a package of a function with these stand-ins, beside the others.
   *
   * @param name of the package, without its ending
   * @return the package
   */
  Path build(String function, String name, List<Class<?>> standIns) {
    String module = module(function);
    try {
      return pack(module, name, changed(module, standIns));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Checks that a function's code makes the calls that these stand-ins are for.
   *
   * @throws IllegalStateException if it does not, naming the call
   */
  public void check(String function, Class<?>... standIns) {
    try {
      changed(module(function), List.of(standIns));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the files that a mutant adds: the changed classes and the stand-ins. */
  private Map<String, byte[]> changed(String module, List<Class<?>> standIns) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    CallRedirects redirects = new CallRedirects(standIns);
    try (ZipFile built = new ZipFile(repository.resolve(zip(module)).toFile())) {
      for (ZipEntry entry : entries(built)) {
        if (entry.getName().endsWith(".jar")) {
          try (InputStream content = built.getInputStream(entry);
              ZipInputStream jar = new ZipInputStream(content)) {
            redirect(jar, redirects, files);
          }
        }
      }
    }
    redirects.requireAllUsed();
    for (Class<?> standIn : standIns) {
      for (Class<?> member : standIn.getNestMembers()) {
        String file = member.getName().replace('.', '/') + ".class";
        try (InputStream content = standIn.getResourceAsStream("/" + file)) {
          files.put(file, Objects.requireNonNull(content, file).readAllBytes());
        }
      }
    }
    return files;
  }

  private static void redirect(
      ZipInputStream jar, CallRedirects redirects, Map<String, byte[]> changed) throws IOException {
    for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
      String name = entry.getName();
      if (name.endsWith(".class")) {
        if (!name.startsWith(OUR_CLASSES)) {
          return;
        }
        redirects.apply(jar.readAllBytes()).ifPresent(file -> changed.put(name, file));
      }
    }
  }

  /** Writes the package, its new classes at the root, where they come before those of the jars. */
  private Path pack(String module, String name, Map<String, byte[]> classes) throws IOException {
    Path next = Files.createTempFile(folder, module, ".next");
    try (ZipFile built = new ZipFile(repository.resolve(zip(module)).toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(next))) {
      out.setLevel(Deflater.NO_COMPRESSION);
      for (Map.Entry<String, byte[]> file : classes.entrySet()) {
        out.putNextEntry(new ZipEntry(file.getKey()));
        out.write(file.getValue());
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
