package orders.systemtests.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Other code of the functions that a plan deploys for a while, built before its faults begin. The
 * pipeline's own packages are never touched.
 */
final class Deployments implements AutoCloseable {
  private final Pipeline pipeline;
  private final Path folder;
  private final Map<String, Path> packages = new HashMap<>();
  private final List<Fault> running = new ArrayList<>();
  private final Set<String> disturbed = new LinkedHashSet<>();

  Deployments(Pipeline pipeline, FaultPlan plan) {
    this.pipeline = pipeline;
    try {
      folder = Files.createTempDirectory("orders-chaos-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    MutantBuilder mutants = new MutantBuilder(folder);
    for (Fault fault : plan.faults()) {
      if (fault.kind().deploysOtherCode()) {
        packages.computeIfAbsent(
            name(fault), name -> mutants.build(fault.function(), name, standIns(fault)));
      }
    }
  }

  private static String name(Fault fault) {
    return fault.function() + "-" + fault.kind().word();
  }

  private static List<Class<?>> standIns(Fault fault) {
    return List.of(
        switch (fault.kind()) {
          case CLOCK_FAST -> CodeVariants.clock(fault.function(), true);
          case CLOCK_SLOW -> CodeVariants.clock(fault.function(), false);
          case NEW_SCHEMA -> CodeVariants.WritesSchema2.class;
          default -> throw new IllegalArgumentException(fault.kind() + " is no code");
        });
  }

  /**
   * Deploys the code of a fault.
   *
   * @return whether it could be: a runner whose disk is full cannot unpack it
   */
  boolean begin(Fault fault) throws InterruptedException {
    running.add(fault);
    try {
      deploy(fault.function());
      return true;
    } catch (IllegalStateException refused) {
      running.remove(fault);
      return false;
    }
  }

  /** Goes back to what was deployed before, if it is running. */
  void cease(Fault fault) throws InterruptedException {
    if (running.remove(fault)) {
      deploy(fault.function());
    }
  }

  /** Replaces a function's processes by others of the code that is deployed now. */
  void deploy(String function) throws InterruptedException {
    Fault last = null;
    for (Fault fault : running) {
      if (fault.function().equals(function)) {
        last = fault;
      }
    }
    if (last == null) {
      disturbed.remove(function);
      pipeline.replaceWorkers(function);
    } else {
      disturbed.add(function);
      pipeline.deploy(function, packages.get(name(last)));
    }
  }

  /** Brings the pipeline's own code back everywhere. */
  void undo() throws InterruptedException {
    running.clear();
    for (String function : List.copyOf(disturbed)) {
      deploy(function);
    }
  }

  /** Deletes what was built; what runs has unpacked it elsewhere no longer. */
  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException stays) {
      // A process that is just ending may hold some of it; the folder is temporary anyway.
      return;
    }
  }
}
