package orders.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the pipeline's processes have used, by what they are.
 *
 * @param cpu processor time since each started
 * @param memoryMb resident memory, in MiB
 * @param processes how many
 */
record ProcessUse(Duration cpu, long memoryMb, int processes) {

  /**
   * Returns the use of a process and all below it, by role.
   *
   * @param runner the runner's process
   * @param functions function of each worker's pid
   */
  static Map<String, ProcessUse> below(ProcessHandle runner, Map<Long, String> functions) {
    List<ProcessHandle> all = new ArrayList<>();
    all.add(runner);
    runner.descendants().forEach(all::add);
    Map<String, ProcessUse> byRole = new TreeMap<>();
    for (ProcessHandle process : all) {
      byRole.merge(role(process, runner, functions), of(process), ProcessUse::plus);
    }
    return byRole;
  }

  /** Returns the use of one process. */
  static ProcessUse of(ProcessHandle process) {
    Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
    return new ProcessUse(cpu, residentMb(process.pid()), 1);
  }

  ProcessUse plus(ProcessUse other) {
    return new ProcessUse(
        cpu.plus(other.cpu), memoryMb + other.memoryMb, processes + other.processes);
  }

  private static String role(
      ProcessHandle process, ProcessHandle runner, Map<Long, String> functions) {
    if (process.pid() == runner.pid()) {
      return "runner";
    }
    String function = functions.get(process.pid());
    if (function != null) {
      return function;
    }
    String command = commandLine(process.pid());
    if (command.contains("localcloud.dynamodb")) {
      return "DynamoDB Local";
    }
    if (command.contains("localcloud.elasticmq")) {
      return "ElasticMQ";
    }
    return "other";
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(
              Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }

  private static long residentMb(long pid) {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException gone) {
      // The process has ended, or this machine has no /proc: nothing to tell.
      return 0;
    }
  }
}
