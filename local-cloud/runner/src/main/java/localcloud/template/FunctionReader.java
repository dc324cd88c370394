package localcloud.template;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import localcloud.model.FunctionSpec;

/** Functions, with the limits of Lambda and a look into their packages. */
final class FunctionReader {
  private static final Set<String> RUNTIMES =
      new TreeSet<>(Set.of("java8", "java8.al2", "java11", "java17", "java21", "java25"));

  private static final Set<String> DESTINATIONS = Set.of("sqs", "sns", "lambda");

  private FunctionReader() {}

  static FunctionSpec read(Resource resource, Stack stack, Policies policies, Path folder) {
    PropertyReader function = resource.props();
    function.oneOf("PackageType", "Zip", Set.of("Zip"));
    String runtime = function.required("Runtime");
    if (!RUNTIMES.contains(runtime)) {
      throw function.refuse(
          "Runtime", "is " + runtime + "; here run " + String.join(", ", RUNTIMES));
    }
    String name = stack.nameOf(resource);
    if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
      throw function.refuse(
          "FunctionName", "is " + name + "; use up to 64 letters, digits, - and _");
    }
    String handler = function.required("Handler");
    Path code = code(function, folder);
    boolean there;
    try {
      there = CodePackage.holdsClass(code, handler.split("::", -1)[0]);
    } catch (IOException e) {
      throw function.refuse(
          "CodeUri",
          "is "
              + folder.relativize(code)
              + ", which is no zip, jar or folder that can be read; build it again: mvn package");
    }
    if (!there) {
      throw function.refuse(
          "Handler",
          "names "
              + handler.split("::", -1)[0]
              + ", which is not in "
              + folder.relativize(code)
              + "; correct the name, or build the package again: mvn package");
    }
    return new FunctionSpec(
        resource.logicalId(),
        name,
        code,
        handler,
        runtime,
        function.integer("MemorySize", 128, 128, 10_240),
        Duration.ofSeconds(function.integer("Timeout", 3, 1, 900)),
        environment(function),
        function.integer("ReservedConcurrentExecutions", 0, 1_000),
        async(function.below("EventInvokeConfig"), FunctionSpec.AsyncSpec.DEFAULT),
        policies.of(function),
        function
            .below("SnapStart")
            .oneOf("ApplyOn", "None", Set.of("None", "PublishedVersions"))
            .equals("PublishedVersions"),
        // Publishing makes version 1 of a new stack, and the alias names it.
        function.text("AutoPublishAlias").map(alias -> Set.of(alias, "1")).orElse(Set.of()));
  }

  private static Path code(PropertyReader function, Path folder) {
    String uri = function.required("CodeUri");
    Path code = folder.resolve(uri).normalize();
    if (Files.isRegularFile(code.resolve("pom.xml"))
        || Files.isRegularFile(code.resolve("build.gradle"))
        || Files.isRegularFile(code.resolve("build.gradle.kts"))) {
      Path built = folder.resolve(".aws-sam/build").resolve(function.owner());
      if (Files.isDirectory(built)) {
        return built;
      }
      throw function.refuse(
          "CodeUri",
          "is " + uri + ", a source folder; run `sam build` first, or name the package it builds");
    }
    if (!Files.exists(code)) {
      throw function.refuse(
          "CodeUri", "is " + uri + ", which is not there; run `mvn package` first");
    }
    return code;
  }

  private static Map<String, String> environment(PropertyReader function) {
    PropertyReader variables = function.below("Environment").below("Variables");
    Map<String, String> environment = new LinkedHashMap<>();
    int size = 0;
    for (String name : variables.fields().fields().keySet()) {
      if (!name.matches("[A-Za-z][A-Za-z0-9_]+")) {
        throw variables.refuse(name, "is not a name Lambda allows; use letters, digits and _");
      }
      if (RESERVED.contains(name)) {
        throw variables.refuse(name, "is reserved by Lambda; use another name");
      }
      String value = variables.required(name);
      size += name.length() + value.getBytes(StandardCharsets.UTF_8).length;
      environment.put(name, value);
    }
    if (size > 4_096) {
      throw function.refuse("Environment", "is over 4 KB in all; Lambda refuses that");
    }
    return environment;
  }

  private static final Set<String> RESERVED =
      Set.of(
          "_HANDLER",
          "_X_AMZN_TRACE_ID",
          "AWS_ACCESS_KEY",
          "AWS_ACCESS_KEY_ID",
          "AWS_DEFAULT_REGION",
          "AWS_EXECUTION_ENV",
          "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
          "AWS_LAMBDA_FUNCTION_NAME",
          "AWS_LAMBDA_FUNCTION_VERSION",
          "AWS_LAMBDA_INITIALIZATION_TYPE",
          "AWS_LAMBDA_LOG_GROUP_NAME",
          "AWS_LAMBDA_LOG_STREAM_NAME",
          "AWS_LAMBDA_RUNTIME_API",
          "AWS_REGION",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SECRET_KEY",
          "AWS_SESSION_TOKEN",
          "LAMBDA_RUNTIME_DIR",
          "LAMBDA_TASK_ROOT");

  /** Reads a function's EventInvokeConfig, or the resource of that name. */
  static FunctionSpec.AsyncSpec async(PropertyReader config, FunctionSpec.AsyncSpec otherwise) {
    PropertyReader destinations = config.below("DestinationConfig");
    Optional<String> onFailure =
        MappingReader.destination(destinations.below("OnFailure"), DESTINATIONS);
    Optional<String> onSuccess =
        MappingReader.destination(destinations.below("OnSuccess"), DESTINATIONS);
    return new FunctionSpec.AsyncSpec(
        config.integer("MaximumRetryAttempts", otherwise.maximumRetryAttempts(), 0, 2),
        Duration.ofSeconds(
            config.integer(
                "MaximumEventAgeInSeconds",
                (int) otherwise.maximumEventAge().toSeconds(),
                60,
                21_600)),
        onFailure.or(otherwise::onFailureArn),
        onSuccess.or(otherwise::onSuccessArn));
  }
}
