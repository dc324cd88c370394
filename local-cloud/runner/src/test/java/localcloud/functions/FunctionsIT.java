package localcloud.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import localcloud.functions.FunctionInvoker.Answer;
import localcloud.functions.FunctionInvoker.ThrottledException;
import localcloud.functions.FunctionInvoker.UnknownFunctionException;
import localcloud.journal.Journal;
import localcloud.model.FunctionSpec;
import localcloud.probe.PojoProbe;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions as real processes. */
class FunctionsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Journal journal = new Journal(1_000_000);
  private final Set<Long> pids = ConcurrentHashMap.newKeySet();
  private FunctionSpec probe;
  private Options options;
  private Functions functions;

  @BeforeEach
  void packageProbe() throws IOException {
    probe = ProbePackage.spec(ProbePackage.zip(folder, "first"));
    options = ProbePackage.options(folder.resolve("cache"));
  }

  @AfterEach
  void leavesNoProcess() throws Exception {
    if (functions != null) {
      functions.workers().forEach(worker -> pids.add(worker.pid()));
      functions.close();
    }
    // One that was stopped because it was idle is no longer among those that closing waits for.
    Await.until(
        "no process is left",
        () ->
            pids.stream()
                .noneMatch(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)));
  }

  private void run(FunctionSpec... specs) {
    functions =
        new Functions(
            List.of(specs),
            ProbePackage.NOWHERE,
            journal,
            (function, pid, line) -> lines.add(line),
            (arn, json) -> {},
            options);
    functions.start();
  }

  private Answer invoke(String event) throws InterruptedException {
    Answer answer =
        functions.invoke("Probe", ('"' + event + '"').getBytes(UTF_8), Optional.empty());
    functions.workers().forEach(worker -> pids.add(worker.pid()));
    return answer;
  }

  /** Options by which a process is started as soon as an invocation has to wait. */
  private Options growing(Duration idle) {
    return options.withTimes(Duration.ofMillis(50), idle, ProbePackage.INIT_TIMEOUT);
  }

  private void awaitState(String state) throws Exception {
    Await.until(
        "it is " + state,
        () -> functions.workers().stream().anyMatch(worker -> worker.state().equals(state)));
  }

  private static String text(Answer answer) {
    return new String(answer.payload(), UTF_8);
  }

  private static JsonNode json(Answer answer) throws IOException {
    return JSON.readTree(answer.payload());
  }

  private List<Answer> atOnce(int count, String event) throws Exception {
    List<Answer> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Answer> call = () -> invoke(event);
      List<Future<Answer>> calls =
          IntStream.range(0, count).mapToObj(i -> threads.submit(call)).toList();
      for (Future<Answer> one : calls) {
        answers.add(one.get());
      }
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_function_answers_by_the_runtime_client_and_by_the_plain_loop(boolean plain)
      throws Exception {
    options = options.withPlainLoop(plain);
    run(probe);

    Answer answer = invoke("hello");

    assertThat(text(answer)).isEqualTo("\"hello\"");
    assertThat(answer.failed()).isFalse();
    assertThat(text(invoke("again"))).isEqualTo("\"again\"");
    assertThat(functions.workers())
        .singleElement()
        .satisfies(
            worker -> {
              assertThat(worker.function()).isEqualTo("Probe");
              assertThat(worker.invocations()).isEqualTo(2);
              assertThat(worker.coldStartMillis()).isPositive();
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_request_handler_gets_mapped_values(boolean plain) throws Exception {
    options = options.withPlainLoop(plain);
    run(ProbePackage.withHandler(probe, PojoProbe.class.getName() + "::handleRequest"));

    Answer answer =
        functions.invoke("Probe", "{\"a\":[1,2],\"b\":[3]}".getBytes(UTF_8), Optional.empty());

    assertThat(text(answer)).isEqualTo("6");
  }

  @Test
  void a_jar_with_classes_at_its_root_runs_too() throws Exception {
    run(ProbePackage.spec(ProbePackage.jar(folder)));

    assertThat(text(invoke("hello"))).isEqualTo("\"hello\"");
  }

  @Test
  void a_function_is_found_by_logical_id_name_and_arn() {
    run(probe);

    assertThat(
            Stream.of(
                "Probe",
                "stack-Probe",
                "stack-Probe:$LATEST",
                "000000000000:function:stack-Probe",
                probe.arn(),
                probe.arn() + ":$LATEST"))
        .allSatisfy(name -> assertThat(functions.find(name)).contains(probe));
    assertThatThrownBy(() -> functions.invoke("Other", new byte[0], Optional.empty()))
        .isInstanceOf(UnknownFunctionException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_failure_is_the_functions_own_error_document(boolean plain) throws Exception {
    options = options.withPlainLoop(plain);
    run(probe);

    Answer answer = invoke("fail with this");

    assertThat(answer.functionError()).contains("Unhandled");
    assertThat(json(invoke("fail")).path("errorMessage").asText())
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(json(answer).path("errorMessage").asText()).isEqualTo("with this");
    assertThat(json(answer).path("errorType").asText())
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(json(answer).path("stackTrace")).isNotEmpty();
    assertThat(text(invoke("alive"))).isEqualTo("\"alive\"");
    assertThat(functions.workers()).singleElement().extracting("invocations").isEqualTo(3L);
  }

  @Test
  void a_timeout_kills_the_process_and_answers_as_lambda_does() throws Exception {
    run(ProbePackage.with(probe, Duration.ofSeconds(5)));
    long pid = Long.parseLong(text(invoke("pid")));

    Answer answer = invoke("sleep 30000");

    assertThat(text(answer))
        .isEqualTo(
            "{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: "
                + answer.requestId()
                + " Error: Task timed out after 5.00 seconds\"}");
    assertThat(answer.functionError()).contains("Unhandled");
    Await.until("the process is gone", () -> ProcessHandle.of(pid).isEmpty());
    assertThat(Long.parseLong(text(invoke("pid")))).isNotEqualTo(pid);
    assertThat(lines).anyMatch(line -> line.contains("Task timed out after 5.00 seconds"));
  }

  @Test
  void a_process_that_dies_answers_runtime_exit_error() throws Exception {
    run(probe);

    Answer exited = invoke("exit 3");

    assertThat(text(exited))
        .isEqualTo(
            "{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: "
                + exited.requestId()
                + " Error: Runtime exited with error: exit status 3\"}");
    assertThat(text(invoke("next"))).isEqualTo("\"next\"");
  }

  @Test
  void a_killed_process_fails_its_invocation_only() throws Exception {
    run(probe);
    long pid = Long.parseLong(text(invoke("pid")));
    awaitState("idle");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> hit = threads.submit(() -> invoke("sleep 15000"));
      awaitState("busy");

      assertThat(functions.kill(pid)).isTrue();

      assertThat(text(hit.get())).contains("Runtime exited with error: signal: killed");
    }
    assertThat(functions.kill(1)).isFalse();
    assertThat(text(invoke("next"))).isEqualTo("\"next\"");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_failing_initialization_answers_its_error_and_shows_its_output(boolean plain)
      throws Exception {
    options = options.withPlainLoop(plain);
    run(ProbePackage.with(probe, Map.of("PROBE_INIT", "fail")));

    Answer answer = invoke("hello");

    assertThat(answer.functionError()).contains("Unhandled");
    assertThat(text(answer)).contains("told to fail at initialization");
    Await.until("its output is there", () -> lines.contains("probe initializes"));
    assertThat(lines).anyMatch(line -> line.contains("initialization failed"));
  }

  @Test
  void a_process_that_exits_at_initialization_is_told() throws Exception {
    run(ProbePackage.with(probe, Map.of("PROBE_INIT", "exit 7")));

    assertThat(text(invoke("hello"))).contains("Runtime.ExitError").contains("exit status 7");
    Await.until("its output is there", () -> lines.contains("probe exits"));
  }

  @Test
  void the_first_process_failing_is_told_at_start() throws Exception {
    options = options.withPrewarm(true);
    run(ProbePackage.with(probe, Map.of("PROBE_INIT", "fail")));

    assertThat(functions.awaitFirstProcesses(Duration.ofMinutes(3)))
        .singleElement()
        .asString()
        .startsWith("function Probe: initialization failed: ")
        .contains("told to fail");
  }

  @Test
  void a_slow_initialization_is_ended_told_and_done_again_within_the_timeout() throws Exception {
    options =
        options.withTimes(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMillis(1500));
    Path goOn = folder.resolve("go-on");
    FunctionSpec waiting = ProbePackage.with(probe, Map.of("PROBE_INIT", "await " + goOn));
    run(ProbePackage.with(waiting, ProbePackage.INIT_TIMEOUT));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> answer = threads.submit(() -> invoke("hello"));
      // The first process never gets further, however slow or quick it is.
      Await.until(
          "the first one's end is told",
          () -> lines.stream().anyMatch(line -> line.contains("longer than 1.50 seconds")));
      Files.createFile(goOn);

      assertThat(text(answer.get())).isEqualTo("\"hello\"");
    }
    Await.until("its output is there", () -> lines.contains("probe initializes"));
    assertThat(functions.workers()).hasSize(1);
  }

  @Test
  void an_initialization_that_outlasts_the_timeout_times_out() throws Exception {
    options =
        options.withTimes(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMillis(700));
    run(
        ProbePackage.with(
            ProbePackage.with(probe, Map.of("PROBE_INIT", "sleep 60000")), Duration.ofSeconds(1)));

    assertThat(text(invoke("hello"))).contains("Sandbox.Timedout");
  }

  @Test
  void the_environment_is_what_lambda_documents_and_nothing_of_the_runners() throws Exception {
    run(probe);

    Map<String, String> environment =
        JSON.convertValue(json(invoke("env")), new TypeReference<Map<String, String>>() {});

    assertThat(environment.get("AWS_LAMBDA_FUNCTION_NAME")).isEqualTo("stack-Probe");
    assertThat(environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")).isEqualTo("256");
    assertThat(environment.get("AWS_LAMBDA_FUNCTION_VERSION")).isEqualTo("$LATEST");
    assertThat(environment.get("AWS_REGION")).isEqualTo("eu-west-1");
    assertThat(environment.get("AWS_DEFAULT_REGION")).isEqualTo("eu-west-1");
    assertThat(environment.get("AWS_EXECUTION_ENV")).isEqualTo("AWS_Lambda_java25");
    assertThat(environment.get("AWS_ACCESS_KEY_ID")).isEqualTo("Probe");
    assertThat(environment.get("AWS_LAMBDA_INITIALIZATION_TYPE")).isEqualTo("on-demand");
    assertThat(environment.get("AWS_LAMBDA_LOG_GROUP_NAME")).isEqualTo("/aws/lambda/stack-Probe");
    assertThat(environment.get("_HANDLER")).isEqualTo(probe.handler());
    assertThat(environment.get("TZ")).isEqualTo(":UTC");
    assertThat(environment.get("FROM_TEMPLATE")).isEqualTo("yes");
    assertThat(environment.get("AWS_ENDPOINT_URL_SQS")).isEqualTo("http://127.0.0.1:2");
    Set<String> own = new HashSet<>(System.getenv().keySet());
    own.removeAll(Set.of("PATH", "LANG", "TZ", "LD_LIBRARY_PATH"));
    own.removeIf(name -> name.startsWith("AWS_"));
    assertThat(environment.keySet()).doesNotContainAnyElementsOf(own);
  }

  @Test
  void a_template_may_give_what_lambda_does_not_reserve() throws Exception {
    run(ProbePackage.with(probe, Map.of("TZ", "Europe/Dublin", "LANG", "C.UTF-8")));

    JsonNode environment = json(invoke("env"));

    assertThat(environment.path("TZ").asText()).isEqualTo("Europe/Dublin");
    assertThat(environment.path("LANG").asText()).isEqualTo("C.UTF-8");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void the_context_tells_the_truth(boolean plain) throws Exception {
    options = options.withPlainLoop(plain);
    run(probe);

    Answer answer =
        functions.invoke(
            "Probe", "\"context\"".getBytes(UTF_8), Optional.of("Root=1-a-b;Sampled=1"));
    JsonNode context = json(answer);

    assertThat(context.path("requestId").asText()).isEqualTo(answer.requestId());
    assertThat(context.path("functionName").asText()).isEqualTo("stack-Probe");
    assertThat(context.path("version").asText()).isEqualTo("$LATEST");
    assertThat(context.path("arn").asText()).isEqualTo(probe.arn());
    assertThat(context.path("memory").asText()).isEqualTo("256");
    assertThat(context.path("remaining").asInt()).isBetween(10_000, 20_000);
    assertThat(context.path("logGroup").asText()).isEqualTo("/aws/lambda/stack-Probe");
    assertThat(context.path("logStream").asText()).contains("[$LATEST]");
    assertThat(context.path("trace").asText()).isEqualTo("Root=1-a-b;Sampled=1");
  }

  @ParameterizedTest
  @CsvSource({
    "false, com.amazonaws.services.lambda.runtime.api.client.api.LambdaContext",
    "true, localcloud.runtime."
  })
  void the_plain_loop_runs_where_it_is_asked_for_and_the_runtime_client_elsewhere(
      boolean plain, String context) throws Exception {
    options = options.withPlainLoop(plain);
    run(probe);

    assertThat(json(invoke("properties")).path("contextClass").asText()).startsWith(context);
  }

  @Test
  void the_heap_is_the_memorys_share() throws Exception {
    run(probe);

    long heapMiB = json(invoke("properties")).path("maxMemory").asLong() / 1024 / 1024;

    assertThat(heapMiB).isBetween(190L, 220L);
  }

  @Test
  void each_process_has_its_own_copy_of_the_native_client() throws Exception {
    options = growing(Duration.ofMinutes(5));
    run(probe);

    atOnce(3, "sleep 1000");
    List<WorkerInfo> workers = functions.workers();
    List<String> copies =
        workers.stream()
            .map(worker -> ProcessHandle.of(worker.pid()).orElseThrow().info())
            .flatMap(process -> Stream.of(process.arguments().orElseThrow()))
            .filter(argument -> argument.contains("NativeClient.JNI="))
            .toList();

    assertThat(copies).hasSizeGreaterThan(1);
    assertThat(copies).allMatch(copy -> copy.endsWith(".so"));
    assertThat(Set.copyOf(copies)).hasSize(workers.size());
  }

  @Test
  void no_line_is_lost() throws Exception {
    run(probe);

    invoke("print 5000");
    Await.until("all lines are there", () -> lines.contains("line 5000"));

    assertThat(lines.stream().filter(line -> line.startsWith("line ")))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 5000).mapToObj(i -> "line " + i).toList());
    assertThat(journal.about("line 4999")).isNotEmpty();
  }

  @Test
  void processes_grow_with_the_load_up_to_the_limit() throws Exception {
    options = growing(Duration.ofMinutes(5)).withMaximumWorkers(3);
    run(probe);

    List<Answer> answers = atOnce(6, "sleep 1200");

    assertThat(answers).hasSize(6).noneMatch(Answer::failed);
    assertThat(functions.workers()).hasSizeBetween(2, 3);
  }

  @Test
  void short_invocations_wait_for_a_busy_process_instead_of_a_cold_one() throws Exception {
    run(probe);
    invoke("warm");

    atOnce(20, "hello");

    assertThat(functions.workers()).hasSize(1);
  }

  @Test
  void idle_processes_are_stopped_but_for_the_last() throws Exception {
    options = growing(Duration.ofMillis(500));
    run(probe);
    atOnce(3, "sleep 1000");

    Await.until("one is left", () -> functions.workers().size() == 1);

    assertThat(text(invoke("hello"))).isEqualTo("\"hello\"");
  }

  @Test
  void reserved_concurrency_throttles() throws Exception {
    run(ProbePackage.withReserved(probe, 1));
    Path goOn = folder.resolve("go-on");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> first = threads.submit(() -> invoke("await " + goOn));
      awaitState("busy");

      assertThatThrownBy(() -> invoke("hello")).isInstanceOf(ThrottledException.class);

      Files.createFile(goOn);
      assertThat(text(first.get())).isEqualTo("\"done\"");
    }
    assertThat(text(invoke("hello"))).isEqualTo("\"hello\"");
  }

  @Test
  void an_answer_over_six_megabytes_is_refused() throws Exception {
    run(probe);

    assertThat(invoke("big 6291556").payload()).hasSize(6_291_556);
    Answer refused = invoke("big 6291557");

    assertThat(refused.functionError()).contains("Unhandled");
    assertThat(text(refused))
        .isEqualTo(
            "{\"errorType\":\"Function.ResponseSizeTooLarge\",\"errorMessage\":\"Response payload"
                + " size exceeded maximum allowed payload size (6291556 bytes).\"}");
    assertThat(text(invoke("hello"))).isEqualTo("\"hello\"");
  }

  @Test
  void a_rebuilt_package_replaces_the_processes_when_they_are_idle() throws Exception {
    run(probe);
    long old = Long.parseLong(text(invoke("pid")));
    assertThat(functions.replaceWorkers("Probe")).isFalse();
    awaitState("idle");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> running = threads.submit(() -> invoke("sleep 1000"));
      awaitState("busy");
      ProbePackage.zip(folder, "second");

      assertThat(functions.replaceWorkers("Probe")).isTrue();

      assertThat(text(running.get())).isEqualTo("\"done\"");
    }
    assertThat(Long.parseLong(text(invoke("pid")))).isNotEqualTo(old);
    Await.until("the old one is gone", () -> ProcessHandle.of(old).isEmpty());
  }

  @Test
  void a_package_that_is_half_written_is_never_loaded() throws Exception {
    run(probe);
    String old = text(invoke("pid"));
    byte[] whole = Files.readAllBytes(ProbePackage.zip(folder, "second"));
    // A zip without its end still reads as a package: its entries come first.
    byte[] half = Arrays.copyOf(whole, whole.length - 22);
    Files.write(probe.code(), half);

    assertThatThrownBy(() -> functions.replaceWorkers("Probe"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("not a whole zip");
    assertThat(text(invoke("pid"))).isEqualTo(old);

    Files.write(probe.code(), whole);
    assertThat(functions.replaceWorkers("Probe")).isTrue();
    assertThat(text(invoke("pid"))).isNotEqualTo(old);
  }

  @Test
  void a_package_that_another_user_wrote_is_not_deployed() throws Exception {
    run(probe);
    String old = text(invoke("pid"));

    assertThatThrownBy(() -> functions.redeploy("Probe", Optional.of(ofAnotherUser())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a package in a folder of");

    assertThat(text(invoke("pid"))).isEqualTo(old);
  }

  private Path ofAnotherUser() throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Path.of("/etc/passwd"); // which is root's
    }
    Path theirs = Files.copy(probe.code(), folder.resolve("theirs.zip"));
    Files.setAttribute(theirs, "unix:uid", 65534);
    return theirs;
  }

  @Test
  void a_debugged_function_has_one_process_a_port_and_time() throws Exception {
    int port;
    try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
      port = free.getLocalPort();
    }
    options = options.withDebugPorts(Map.of("Probe", port));
    run(ProbePackage.with(probe, Duration.ofMillis(500)));

    List<Answer> answers = atOnce(2, "sleep 1000");

    assertThat(answers).noneMatch(Answer::failed);
    assertThat(functions.workers()).hasSize(1);
    try (java.net.Socket debugger =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
      debugger.getOutputStream().write("JDWP-Handshake".getBytes(UTF_8));
      assertThat(debugger.getInputStream().readNBytes(14)).asString().isEqualTo("JDWP-Handshake");
    }
  }

  @Test
  void a_package_that_is_not_there_is_told_by_name() {
    FunctionSpec missing = ProbePackage.spec(folder.resolve("missing.zip"));

    assertThatThrownBy(() -> run(missing))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("function Probe")
        .hasMessageContaining("missing.zip")
        .hasMessageContaining("build it first");
  }

  @Test
  void a_process_takes_its_temporary_files_with_it() throws Exception {
    run(probe);
    Path temporary = Path.of(json(invoke("properties")).path("java.io.tmpdir").asText());
    assertThat(temporary).isNotEmptyDirectory();

    functions.close();

    assertThat(temporary).doesNotExist();
  }

  @Test
  void an_invocation_handed_to_a_process_that_has_just_ended_is_told_so() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Worker worker =
        new Worker(
            probe,
            20_000,
            FunctionPackage.unpack(probe.code(), folder.resolve("cache")),
            new Launcher(options, ProbePackage.NOWHERE),
            List.of(),
            new Worker.Keeper() {
              @Override
              public void free(Worker worker) {
                free.countDown();
              }

              @Override
              public void ended(Worker worker) {
                ended.countDown();
              }

              @Override
              public void wrote(Worker worker, String line) {
                lines.add(line);
              }
            });
    pids.add(worker.pid());
    worker.listen();
    free.await();
    worker.kill();
    ended.await();
    Invocation late =
        new Invocation("late", "{}".getBytes(UTF_8), "", probe.arn(), Optional.empty());

    worker.take(late);

    assertThat(late.outcome).isCompleted();
    assertThat(new String(late.outcome.get().payload(), UTF_8)).contains("signal: killed");
  }

  @Test
  void a_process_that_runs_out_of_time_gets_no_work_while_it_is_killed() throws Exception {
    AtomicInteger free = new AtomicInteger();
    Worker worker =
        new Worker(
            probe,
            20_000,
            FunctionPackage.unpack(probe.code(), folder.resolve("cache")),
            new Launcher(options, ProbePackage.NOWHERE),
            List.of(),
            new Worker.Keeper() {
              @Override
              public void free(Worker worker) {
                free.incrementAndGet();
              }

              @Override
              public void ended(Worker worker) {}

              @Override
              public void wrote(Worker worker, String line) {
                lines.add(line);
              }
            });
    pids.add(worker.pid());
    worker.listen();
    Await.until("it is free", () -> free.get() == 1);
    Invocation slow =
        new Invocation(
            "slow", "\"sleep 60000\"".getBytes(UTF_8), "", probe.arn(), Optional.empty());
    worker.take(slow);
    // It has it: whoever asks now gets nothing.
    Await.until("it is at work", () -> lines.contains("probe sleeps"));
    // At the worst moment, between the answer to the caller and the end of the process, it asks.
    Thread asking =
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  try {
                    worker.next();
                  } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                  }
                });
    CompletableFuture<Void> asked =
        slow.outcome.thenAccept(
            outcome -> {
              asking.start();
              try {
                Await.until("it waits", () -> asking.getState() == Thread.State.WAITING);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });

    assertThat(worker.timeOut(slow)).isTrue();

    asked.get();
    asking.interrupt();
    worker.awaitEnd(10_000);
    assertThat(free).hasValue(1);
    assertThat(new String(slow.outcome.get().payload(), UTF_8)).contains("Task timed out after 20");
  }

  @Test
  void a_killed_runner_takes_its_processes_and_the_next_one_its_files() throws Exception {
    Path temporary = java.nio.file.Files.createDirectory(folder.resolve("tmp"));
    Process runner = startRunner(temporary);
    List<ProcessHandle> workers = runner.children().toList();
    assertThat(workers).isNotEmpty();

    runner.destroyForcibly().waitFor();

    Await.until("its process is gone", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
    try (Stream<Path> left = java.nio.file.Files.list(temporary)) {
      assertThat(left).singleElement().asString().contains("local-cloud-run-");
    }

    Process next = startRunner(temporary);
    try (Stream<Path> left = java.nio.file.Files.list(temporary)) {
      assertThat(left).hasSize(1);
    }
    Process neighbour = startRunner(temporary);
    try (Stream<Path> left = java.nio.file.Files.list(temporary)) {
      assertThat(left).as("a living runner's files stay").hasSize(2);
    }
    next.destroy();
    neighbour.destroy();
    next.waitFor();
    neighbour.waitFor();

    assertThat(temporary).isEmptyDirectory();
    Await.until(
        "their processes are gone too",
        () -> pids.stream().noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
  }

  /** Starts a runner and waits until its function has answered. */
  private Process startRunner(Path temporary) throws Exception {
    Process runner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                RunnerMain.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    pids.add(runner.pid());
    // Before it there may be a warning of the virtual machine's.
    String pid = runner.inputReader().readLine();
    while (pid != null && !pid.matches("\\d+")) {
      pid = runner.inputReader().readLine();
    }
    assertThat(pid).as("its answer").isNotNull();
    long worker = Long.parseLong(pid);
    pids.add(worker);
    assertThat(ProcessHandle.of(worker)).isPresent();
    return runner;
  }

  @Test
  void a_trained_cache_is_used_by_the_next_process() throws Exception {
    options = options.withAotCache(true);
    run(probe);
    Await.until("the cache is trained", Duration.ofMinutes(5), () -> trained() == 1);

    assertThat(json(invoke("properties")).toString()).contains("maxMemory");
    assertThat(flags()).containsAnyOf("-XX:AOTCache=", "-XX:SharedArchiveFile=");

    ProbePackage.zip(folder, "second");
    assertThat(functions.replaceWorkers("Probe")).isTrue();
    Await.until("the next build's cache is trained", Duration.ofMinutes(5), () -> trained() == 2);
  }

  @Test
  void a_training_that_fails_is_told_and_harms_nobody() throws Exception {
    options = options.withAotCache(true);
    run(ProbePackage.with(probe, Map.of("PROBE_INIT", "fail in training")));

    Await.until(
        "it is told",
        Duration.ofMinutes(5),
        () -> lines.stream().anyMatch(line -> line.contains("no AOT cache was trained")));

    assertThat(trained()).isZero();
    assertThat(json(invoke("properties")).toString()).contains("maxMemory");
    assertThat(flags()).doesNotContain("-XX:AOTCache=", "-XX:SharedArchiveFile=");
  }

  /** Returns the command line of the only process. */
  private String flags() {
    return ProcessHandle.of(functions.workers().get(0).pid())
        .flatMap(process -> process.info().commandLine())
        .orElse("");
  }

  @Test
  void a_function_that_starts_while_its_caller_waits_stops_at_the_first_compiler()
      throws Exception {
    run(probe);

    assertThat(json(invoke("env")).path("AWS_LAMBDA_INITIALIZATION_TYPE").asText())
        .isEqualTo("on-demand");
    assertThat(flags()).contains("-XX:TieredStopAtLevel=1");
  }

  @Test
  void snap_start_runs_the_hooks_and_leaves_the_compilers_as_they_are() throws Exception {
    run(ProbePackage.withSnapStart(probe, "java25"));

    assertThat(json(invoke("env")).path("AWS_LAMBDA_INITIALIZATION_TYPE").asText())
        .isEqualTo("snap-start");
    assertThat(flags())
        .contains("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac")
        .doesNotContain("TieredStopAtLevel");
  }

  @Test
  void before_java_25_snap_start_too_stops_at_the_first_compiler() throws Exception {
    run(ProbePackage.withSnapStart(probe, "java21"));
    invoke("anything");

    assertThat(flags()).contains("-XX:TieredStopAtLevel=1");
  }

  private long trained() throws IOException {
    AtomicInteger caches = new AtomicInteger();
    Files.walkFileTree(
        folder.resolve("cache"),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (name.endsWith(".cache") && !name.startsWith("training")) {
              caches.incrementAndGet();
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE; // a training has just tidied up
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return caches.get();
  }
}
