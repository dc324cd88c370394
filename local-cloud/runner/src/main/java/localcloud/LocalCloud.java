package localcloud;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import localcloud.control.ControlApi;
import localcloud.control.EmbeddedMetrics;
import localcloud.control.Instance;
import localcloud.events.CheckpointStore;
import localcloud.events.ServiceDestinations;
import localcloud.events.SqsMapping;
import localcloud.events.StreamMapping;
import localcloud.functions.Endpoints;
import localcloud.functions.Functions;
import localcloud.functions.LogSink;
import localcloud.functions.WorkerInfo;
import localcloud.http.HttpApi;
import localcloud.http.TokenVerifier;
import localcloud.identity.DemoUser;
import localcloud.identity.LocalIssuer;
import localcloud.journal.Journal;
import localcloud.model.EventSourceMappingSpec;
import localcloud.model.FunctionSpec;
import localcloud.model.HttpApiSpec;
import localcloud.model.StackSpec;
import localcloud.model.StaticSiteSpec;
import localcloud.services.AbsentServices;
import localcloud.services.AccessControl;
import localcloud.services.DynamoDbProcess;
import localcloud.services.ElasticMqProcess;
import localcloud.services.Faults;
import localcloud.services.Hooks;
import localcloud.services.Installation;
import localcloud.services.Provisioning;
import localcloud.services.RequestCounts;
import localcloud.services.Service;
import localcloud.services.ServiceExtension;
import localcloud.services.ServiceProxy;
import localcloud.services.ServiceRun;
import localcloud.services.SupervisedService;
import localcloud.services.sns.Sns;
import localcloud.services.sqs.SqsExtension;
import localcloud.template.Inputs;
import localcloud.template.Template;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A SAM template running on this machine: services, functions, event source mappings and HTTP APIs,
 * all on 127.0.0.1. Safe for use by many threads once {@link #start} has returned.
 *
 * <p>{@link #close} ends everything that was started, whenever it is called; a start that fails
 * does so itself.
 */
public final class LocalCloud implements AutoCloseable {
  private static final String AUDIENCE = "local";
  private static final String ISSUER_PATH = ControlApi.PATH + "/issuer";
  private static final long JOURNAL_CHARS = 64L * 1024 * 1024;

  /**
   * Everything starts at once, and on a busy machine takes long; one that hangs is told by this.
   */
  private static final Duration FIRST_INITIALIZATION = Duration.ofMinutes(2);

  /** Longer than an initialization may take, so that one that hangs fails the start. */
  private static final Duration FIRST_PROCESSES = Duration.ofMinutes(3);

  private final Builder options;
  private final Journal journal = new Journal(JOURNAL_CHARS);
  private final EmbeddedMetrics metrics = new EmbeddedMetrics();
  private final Faults faults = new Faults();
  private final RequestCounts counts = new RequestCounts();
  private final Map<String, URI> addresses = new LinkedHashMap<>();
  private final List<URI> pages = new CopyOnWriteArrayList<>();
  private final Map<String, URI> apis = new LinkedHashMap<>();
  private final Map<String, LongSupplier> processes = new ConcurrentSkipListMap<>();
  private final StartedParts started;
  private @Nullable Running running;

  /** What is there once everything has started. */
  private record Running(
      Template template,
      StackSpec stack,
      Functions functions,
      LocalIssuer issuer,
      Clients clients,
      Map<String, String> outputs) {}

  private LocalCloud(Builder options) {
    this.options = options;
    this.started = new StartedParts(options.warnings);
  }

  /** Begins to describe how a template is to run; ports are those of the command line. */
  public static Builder of(Path template) {
    return new Builder(template);
  }

  /** How a template is to run. */
  public static final class Builder {
    private final Path template;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private String stackName = "local";
    private int apiPort = 3000;
    private int invokePort = 3001;
    private int dynamoDbPort = 8000;
    private int sqsPort = 9324;
    private int snsPort = 9911;
    private Optional<Path> data = Optional.empty();
    private Map<String, Integer> debug = Map.of();
    private boolean strictIam;
    private boolean aotCache = true;
    private Optional<Integer> maximumWorkers = Optional.empty();
    private LogSink logs = (function, pid, line) -> {};
    private Consumer<String> warnings = warning -> {};

    private Builder(Path template) {
      this.template = template;
    }

    /** Lets everything listen on any free port. */
    public Builder onFreePorts() {
      return apiPort(0).invokePort(0).dynamoDbPort(0).sqsPort(0).snsPort(0);
    }

    public Builder parameter(String name, String value) {
      parameters.put(name, value);
      return this;
    }

    public Builder parameters(Map<String, String> values) {
      parameters.putAll(values);
      return this;
    }

    public Builder stackName(String name) {
      stackName = name;
      return this;
    }

    public Builder apiPort(int port) {
      apiPort = port;
      return this;
    }

    public Builder invokePort(int port) {
      invokePort = port;
      return this;
    }

    public Builder dynamoDbPort(int port) {
      dynamoDbPort = port;
      return this;
    }

    public Builder sqsPort(int port) {
      sqsPort = port;
      return this;
    }

    public Builder snsPort(int port) {
      snsPort = port;
      return this;
    }

    /** Keeps tables, queues, subscriptions and stream positions in a folder. */
    public Builder data(Path folder) {
      data = Optional.of(folder);
      return this;
    }

    /** Opens a debug port for these functions, by logical id. */
    public Builder debug(Map<String, Integer> ports) {
      debug = Map.copyOf(ports);
      return this;
    }

    /** Lets calls fail that a function's policies do not allow. */
    public Builder strictIam(boolean strict) {
      strictIam = strict;
      return this;
    }

    public Builder aotCache(boolean used) {
      aotCache = used;
      return this;
    }

    /** Bounds the processes of each function. */
    public Builder maximumWorkers(int count) {
      maximumWorkers = Optional.of(count);
      return this;
    }

    /** Gets what functions write. */
    public Builder logs(LogSink sink) {
      logs = sink;
      return this;
    }

    /** Gets a line for each thing a user should know. */
    public Builder warnings(Consumer<String> sink) {
      warnings = sink;
      return this;
    }

    public LocalCloud build() {
      return new LocalCloud(this);
    }

    /** Builds and starts. */
    public LocalCloud start() {
      LocalCloud cloud = build();
      cloud.start();
      return cloud;
    }
  }

  /**
   * Starts everything and returns when it is ready.
   *
   * @throws StartException if something cannot start; nothing is left running
   * @throws localcloud.template.TemplateException if the template cannot run
   */
  public void start() {
    boolean ready = false;
    try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
        Ports ports = new Ports()) {
      startAll(background, ports);
      ready = true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while starting");
    } catch (IOException | UncheckedIOException failed) {
      throw new StartException(String.valueOf(failed.getMessage()), failed);
    } finally {
      if (!ready) {
        close();
      }
    }
  }

  private void startAll(ExecutorService background, Ports ports)
      throws IOException, InterruptedException {
    Template template = Template.read(options.template);
    Installation home = Installation.find();
    Path runtimeLib = home.lib("lambda-runtime");
    Optional<DataFolder> data = options.data.map(folder -> keep(DataFolder.take(folder)));

    HttpServer control = started.keep(controlServer(), server -> server.stop(0));
    URI invoke = local(control.getAddress().getPort());
    int dynamoDbPort = ports.take("dynamodb", options.dynamoDbPort, "--dynamodb-port");
    int sqsPort = ports.take("sqs", options.sqsPort, "--sqs-port");
    int snsPort = ports.take("sns", options.snsPort, "--sns-port");
    Inputs inputs =
        new Inputs(
            options.stackName,
            options.parameters,
            Map.of(),
            local(sqsPort),
            invoke + ISSUER_PATH,
            AUDIENCE);
    takePorts(template.httpApis(inputs), ports);
    addresses.put("Invoke", invoke);
    addresses.put("DynamoDB", local(dynamoDbPort));
    addresses.put("SQS", local(sqsPort));
    addresses.put("SNS", local(snsPort));

    // The services take longest, so they start while the template is resolved.
    Consumer<String> complaints = options.warnings;
    SupervisedService.Start dynamoDbStart =
        () -> DynamoDbProcess.start(home, data.map(it -> it.below("dynamodb")), complaints);
    SupervisedService.Start sqsStart =
        () -> ElasticMqProcess.start(home, sqsPort, data.map(it -> it.below("queues")), complaints);
    ServiceRun dynamoDb = keep(dynamoDbStart.start());
    ServiceRun sqs = keep(sqsStart.start());
    processes.put("dynamodb", dynamoDb::pid);
    processes.put("elasticmq", sqs::pid);

    StackSpec stack = template.resolve(inputs.with(apis));
    checkDebug(stack);
    LocalIssuer issuer =
        new LocalIssuer(
            invoke + ISSUER_PATH,
            AUDIENCE,
            DemoUser.defaults(scopesOf(stack)),
            data.map(it -> it.below("issuer-key.json")),
            Clock.systemUTC());

    Hooks hooks =
        new Hooks(
            journal,
            new AccessControl(stack.functions(), options.strictIam, options.warnings),
            faults,
            counts);
    ServiceProxy dynamoDbFront =
        keep(
            new ServiceProxy(
                Service.DYNAMODB, ports.handOver("dynamodb"), hooks, ServiceExtension.NONE));
    SqsExtension supplement = keep(new SqsExtension(stack.queues(), this::sqs));
    ServiceProxy sqsFront =
        keep(new ServiceProxy(Service.SQS, ports.handOver("sqs"), hooks, supplement));
    DeferredInvoker later = new DeferredInvoker();
    Sns sns =
        keep(
            new Sns(ports.handOver("sns"), sqsPort, later, hooks, data.map(it -> it.below("sns"))));

    // Building the clients costs CPU time, and unpacking the functions disk time: side by side.
    Future<Clients> clientsBuilt =
        background.submit(() -> new Clients(addresses.get("DynamoDB"), addresses.get("SQS")));
    URI snsUrl = addresses.get("SNS");
    Future<ServiceDestinations> destinations =
        background.submit(() -> keep(new ServiceDestinations(await(clientsBuilt).sqs(), snsUrl)));
    Functions functions = functions(runtimeLib, stack, destinations);
    later.become(functions);
    functions.start();

    int dynamoDbTarget = dynamoDb.port();
    int sqsTarget = sqs.port();
    Provisioning.apply(stack, dynamoDbTarget, sqsTarget);
    dynamoDbFront.serve(dynamoDbTarget);
    sqsFront.serve(sqsTarget);
    if (data.isPresent()) {
      // Without a folder a new one would be empty: better none than one that forgot everything.
      revive("dynamodb", dynamoDb, dynamoDbStart, dynamoDbFront);
      revive("elasticmq", sqs, sqsStart, sqsFront);
    }
    sns.provision(stack.topics(), stack.subscriptions());

    Clients clients = keep(await(clientsBuilt));
    Map<String, String> outputs = new StreamArns(stack, clients).in(stack.outputs());
    running = new Running(template, stack, functions, issuer, clients, outputs);
    List<StreamMapping> streams =
        startMappings(stack, functions, clients, await(destinations), data);
    dynamoDbFront.whenWritten(
        call ->
            call.accesses()
                .forEach(access -> streams.forEach(stream -> stream.written(access.resource()))));
    TokenVerifier tokens = new TokenVerifier(issuer, Clock.systemUTC());
    List<StaticSiteSpec> sites = template.staticSites(siteValues(outputs, issuer, invoke));
    for (HttpApiSpec api : stack.apis()) {
      ServerSocket socket = ports.handOver(api.logicalId());
      for (StaticSiteSpec site : sites) {
        pages.add(local(socket.getLocalPort()).resolve(site.path() + "/"));
      }
      keep(new HttpApi(api, functions, tokens, journal, socket, sites, invoke));
    }
    control.createContext("/", functions.invokeApi());
    control.createContext(AbsentServices.PATH, new AbsentServices(options.warnings));
    control.createContext(ISSUER_PATH, issuer.handler());
    control.createContext(ControlApi.PATH, new ControlApi(new ControlledInstance(this)));
    control.start();
    for (String failure : functions.awaitFirstProcesses(FIRST_PROCESSES)) {
      throw new StartException(failure);
    }
    keep(new CodeWatch(stack.functions(), Duration.ofSeconds(1), it -> replace(functions, it)));
  }

  private void revive(
      String name, ServiceRun first, SupervisedService.Start start, ServiceProxy front) {
    SupervisedService kept =
        keep(new SupervisedService(name, first, start, front::moved, options.warnings));
    processes.put(name, kept::pid);
  }

  /** What a template's metadata may say of this machine to its pages. */
  private static Map<String, String> siteValues(
      Map<String, String> outputs, LocalIssuer issuer, URI invoke) {
    Map<String, String> values = new LinkedHashMap<>(outputs);
    values.put("LocalIssuer", issuer.issuer());
    values.put("LocalAudience", AUDIENCE);
    values.put("LocalControl", invoke.toString());
    return values;
  }

  private void takePorts(List<String> httpApis, Ports ports) {
    int wanted = options.apiPort;
    for (String api : httpApis) {
      int port = ports.take(api, wanted, "--api-port");
      apis.put(api, local(port));
      addresses.put(apis.size() == 1 ? "API" : "API " + api, local(port));
      // A second API of the same template goes wherever there is room.
      wanted = 0;
    }
  }

  private HttpServer controlServer() throws IOException {
    try {
      HttpServer server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), options.invokePort), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      return server;
    } catch (IOException | IllegalArgumentException taken) {
      throw Ports.taken(options.invokePort, "--invoke-port");
    }
  }

  private void checkDebug(StackSpec stack) {
    for (String function : options.debug.keySet()) {
      if (stack.functions().stream().noneMatch(it -> it.logicalId().equals(function))) {
        throw new StartException(
            "--debug %s: the template has no such function; there are %s"
                .formatted(
                    function,
                    String.join(
                        ", ", stack.functions().stream().map(FunctionSpec::logicalId).toList())));
      }
    }
  }

  private Functions functions(
      Path runtimeLib, StackSpec stack, Future<ServiceDestinations> destinations) {
    localcloud.functions.Options how =
        localcloud.functions.Options.defaults(runtimeLib)
            .withAotCache(options.aotCache)
            // Lambda gives ten seconds; a desk that builds meanwhile may need more for the same.
            .withTimes(Duration.ofMillis(50), Duration.ofMinutes(5), Duration.ofSeconds(30))
            .withFirstInitTimeout(FIRST_INITIALIZATION)
            .withDebugPorts(options.debug);
    if (options.maximumWorkers.isPresent()) {
      how = how.withMaximumWorkers(options.maximumWorkers.get());
    }
    return keep(
        new Functions(
            stack.functions(),
            new Endpoints(
                addresses.get("DynamoDB"),
                addresses.get("SQS"),
                addresses.get("SNS"),
                addresses.get("Invoke"),
                addresses.get("Invoke").resolve(AbsentServices.PATH)),
            journal,
            this::log,
            (arn, json) -> await(destinations).deliver(arn, json),
            how));
  }

  private void log(String function, long pid, String line) {
    metrics.line(line);
    options.logs.line(function, pid, line);
  }

  private List<StreamMapping> startMappings(
      StackSpec stack,
      Functions functions,
      Clients clients,
      ServiceDestinations destinations,
      Optional<DataFolder> data)
      throws IOException {
    CheckpointStore checkpoints =
        data.isPresent()
            ? CheckpointStore.inFile(data.get().below("stream-positions.json"))
            : CheckpointStore.inMemory();
    List<StreamMapping> streams = new ArrayList<>();
    List<SqsMapping> queues = new ArrayList<>();
    for (EventSourceMappingSpec mapping : stack.mappings()) {
      switch (mapping) {
        case EventSourceMappingSpec.FromQueue queue ->
            queues.add(keep(new SqsMapping(queue, clients.quickQueues(), functions, journal)));
        case EventSourceMappingSpec.FromStream stream ->
            streams.add(
                keep(
                    new StreamMapping(
                        stream,
                        clients.quickStreams(),
                        clients.dynamoDb(),
                        functions,
                        destinations,
                        checkpoints,
                        journal,
                        options.warnings)));
      }
    }
    // First those that begin at "now": what a message of an earlier run writes must reach them.
    streams.forEach(StreamMapping::start);
    queues.forEach(SqsMapping::start);
    return streams;
  }

  private void replace(Functions functions, FunctionSpec function) {
    try {
      if (functions.replaceWorkers(function.logicalId())) {
        options.warnings.accept(
            function.logicalId() + " was built again; its processes are replaced when idle");
      }
    } catch (UncheckedIOException unreadable) {
      options.warnings.accept(
          function.logicalId() + " was built again, but: " + unreadable.getMessage());
    } catch (RuntimeException fault) {
      // If it went on from here, nobody would watch for later builds any more.
      options.warnings.accept(function.logicalId() + " was built again, but: " + fault);
    }
  }

  private static <T> T await(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  private <T extends AutoCloseable> T keep(T part) {
    return started.keep(part, it -> it.close());
  }

  /** Ends everything, the last started first; does nothing the second time. */
  @Override
  public void close() {
    started.close();
  }

  private Running running() {
    Running now = running;
    if (now == null) {
      throw new IllegalStateException("not started");
    }
    return now;
  }

  /** Returns the template's outputs, resolved. */
  public Map<String, String> outputs() {
    return running().outputs();
  }

  /** Returns where everything listens, by a name for a person, in the order to print. */
  public Map<String, URI> addresses() {
    return new LinkedHashMap<>(addresses);
  }

  /** Returns the address of the template's first HTTP API. */
  public URI apiUrl() {
    return address("API");
  }

  public URI invokeUrl() {
    return address("Invoke");
  }

  public int invokePort() {
    return invokeUrl().getPort();
  }

  public URI dynamoDbUrl() {
    return address("DynamoDB");
  }

  public URI sqsUrl() {
    return address("SQS");
  }

  public URI snsUrl() {
    return address("SNS");
  }

  private URI address(String name) {
    URI address = addresses.get(name);
    if (address == null) {
      throw new IllegalStateException("nothing listens as " + name);
    }
    return address;
  }

  /** Returns the first command to try, as the template's metadata gives it. */
  public Optional<String> firstCommand() {
    return running().template().firstCommand(outputs());
  }

  /** Returns the addresses of the pages that stand beside the APIs, as the metadata names them. */
  public List<URI> pages() {
    return List.copyOf(pages);
  }

  /** Returns what a user should know of the template. */
  public List<String> notes() {
    return running().stack().notes();
  }

  /** Returns what runs. */
  public StackSpec stack() {
    return running().stack();
  }

  /** Returns a token of the local issuer that the template's authorizer accepts. */
  public String token(String subject, Set<String> scopes, Duration validity) {
    return running().issuer().mint(subject, List.copyOf(scopes), validity);
  }

  /** Returns the scopes that routes of the template ask for. */
  public Set<String> scopes() {
    return scopesOf(stack());
  }

  private static Set<String> scopesOf(StackSpec stack) {
    Set<String> scopes = new TreeSet<>();
    for (HttpApiSpec api : stack.apis()) {
      for (HttpApiSpec.Route route : api.routes()) {
        route.authorizer().ifPresent(it -> scopes.addAll(it.scopes()));
      }
    }
    return scopes;
  }

  /** Returns the functions, to invoke them. */
  public Functions functions() {
    return running().functions();
  }

  public List<WorkerInfo> workers() {
    return functions().workers();
  }

  /** Kills a function's process, as a crash would; false if it is none of ours. */
  public boolean kill(long pid) {
    return functions().kill(pid);
  }

  public Journal journal() {
    return journal;
  }

  /** Returns the numbers that functions gave in the embedded metric format. */
  public EmbeddedMetrics metrics() {
    return metrics;
  }

  /** Returns the faults that are made on the way to the services. */
  public Faults faults() {
    return faults;
  }

  /** Returns how often the services were called. */
  public RequestCounts counts() {
    return counts;
  }

  /** Returns the queues and how full they are. */
  public List<Instance.QueueState> queues() {
    return templateQueues().states();
  }

  Queues templateQueues() {
    return new Queues(stack().queues(), sqs(), sqsUrl());
  }

  /** Returns the ids of the runner's process and of its services', by name. */
  Map<String, Long> processes() {
    Map<String, Long> pids = new TreeMap<>();
    pids.put("runner", ProcessHandle.current().pid());
    processes.forEach((name, pid) -> pids.put(name, pid.getAsLong()));
    return pids;
  }

  private SqsClient sqs() {
    return running().clients().sqs();
  }
}
