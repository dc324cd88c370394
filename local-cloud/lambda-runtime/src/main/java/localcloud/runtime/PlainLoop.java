package localcloud.runtime;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.api.client.api.LambdaClientContext;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.amazonaws.services.lambda.runtime.serialization.factories.GsonFactory;
import com.amazonaws.services.lambda.runtime.serialization.factories.JacksonFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A runtime in plain Java over the Lambda Runtime API, for platforms that Lambda's own client has
 * no native library for. Runs {@link RequestStreamHandler} and {@link RequestHandler} classes; a
 * method of any other form is refused at initialization.
 */
final class PlainLoop {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;
  private final Map<String, String> environment;

  private PlainLoop(Map<String, String> environment) {
    this.environment = environment;
    this.base = "http://" + environment.get("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/";
  }

  /** Runs the handler's invocations until the Runtime API is gone. */
  static void run(String handler) throws IOException, InterruptedException {
    new PlainLoop(System.getenv()).loop(handler);
  }

  private void loop(String handlerName) throws IOException, InterruptedException {
    RequestStreamHandler handler;
    try {
      handler = load(handlerName);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      Throwable cause = e instanceof InvocationTargetException i ? i.getTargetException() : e;
      cause.printStackTrace();
      post("init/error", error(cause), "Runtime.BadFunctionCode");
      System.exit(1);
      return;
    }
    while (true) {
      HttpResponse<byte[]> next =
          http.send(
              HttpRequest.newBuilder(URI.create(base + "invocation/next")).GET().build(),
              HttpResponse.BodyHandlers.ofByteArray());
      invoke(handler, next);
    }
  }

  private void invoke(RequestStreamHandler handler, HttpResponse<byte[]> next)
      throws IOException, InterruptedException {
    PlainContext context = PlainContext.of(next, environment);
    header(next, "Lambda-Runtime-Trace-Id")
        .ifPresentOrElse(
            trace -> System.setProperty("com.amazonaws.xray.traceHeader", trace),
            () -> System.clearProperty("com.amazonaws.xray.traceHeader"));
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      handler.handleRequest(new ByteArrayInputStream(next.body()), answer, context);
    } catch (Exception | Error failure) {
      failure.printStackTrace();
      post("invocation/" + context.requestId() + "/error", error(failure), "Unhandled");
      if (failure instanceof VirtualMachineError) {
        System.exit(1);
      }
      return;
    }
    post("invocation/" + context.requestId() + "/response", answer.toByteArray(), "");
  }

  private void post(String path, byte[] body, String errorType)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!errorType.isEmpty()) {
      request.header("Lambda-Runtime-Function-Error-Type", errorType);
    }
    http.send(request.build(), HttpResponse.BodyHandlers.discarding());
  }

  private static Optional<String> header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name);
  }

  private static RequestStreamHandler load(String handlerName) throws ReflectiveOperationException {
    int colons = handlerName.indexOf("::");
    String className = colons < 0 ? handlerName : handlerName.substring(0, colons);
    String method = colons < 0 ? "handleRequest" : handlerName.substring(colons + 2);
    Class<?> type = Class.forName(className);
    if (!method.equals("handleRequest")) {
      throw new IllegalArgumentException(
          handlerName
              + ": the plain runtime loop runs RequestStreamHandler and RequestHandler only");
    }
    Object instance = type.getDeclaredConstructor().newInstance();
    if (instance instanceof RequestStreamHandler streams) {
      return streams;
    }
    if (instance instanceof RequestHandler<?, ?> pojo) {
      return mapped(pojo, type);
    }
    throw new IllegalArgumentException(
        className + " implements neither RequestStreamHandler nor RequestHandler");
  }

  @SuppressWarnings("unchecked")
  private static RequestStreamHandler mapped(RequestHandler<?, ?> pojo, Class<?> type) {
    List<Type> arguments = requestHandlerArguments(type);
    PojoSerializer<Object> in = serializer(arguments.get(0));
    PojoSerializer<Object> out = serializer(arguments.get(1));
    RequestHandler<Object, Object> handler = (RequestHandler<Object, Object>) pojo;
    return (input, output, context) ->
        out.toJson(handler.handleRequest(in.fromJson(input), context), output);
  }

  @SuppressWarnings("unchecked")
  private static PojoSerializer<Object> serializer(Type type) {
    if (type instanceof Class<?> plain
        && LambdaEventSerializers.isLambdaSupportedEvent(plain.getName())) {
      return (PojoSerializer<Object>)
          LambdaEventSerializers.serializerFor(plain, plain.getClassLoader());
    }
    return JacksonFactory.getInstance().getSerializer(type);
  }

  /** Returns what RequestHandler's two parameters are in a class; Object where it does not say. */
  static List<Type> requestHandlerArguments(Class<?> type) {
    List<Type> found = arguments(type, Map.of());
    return found.isEmpty() ? List.of(Object.class, Object.class) : found;
  }

  private static List<Type> arguments(@Nullable Type type, Map<TypeVariable<?>, Type> known) {
    Map<TypeVariable<?>, Type> here = new HashMap<>();
    Class<?> raw;
    if (type instanceof ParameterizedType parameterized) {
      raw = (Class<?>) parameterized.getRawType();
      Type[] actual = parameterized.getActualTypeArguments();
      for (int i = 0; i < actual.length; i++) {
        Type resolved = actual[i] instanceof TypeVariable<?> v ? known.get(v) : actual[i];
        here.put(raw.getTypeParameters()[i], resolved == null ? Object.class : resolved);
      }
    } else if (type instanceof Class<?> plain) {
      raw = plain;
    } else {
      return List.of();
    }
    if (raw == RequestHandler.class) {
      List<Type> result = new ArrayList<>();
      for (TypeVariable<?> parameter : raw.getTypeParameters()) {
        result.add(here.getOrDefault(parameter, Object.class));
      }
      return result;
    }
    for (Type parent : raw.getGenericInterfaces()) {
      List<Type> found = arguments(parent, here);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return arguments(raw.getGenericSuperclass(), here);
  }

  private static byte[] error(Throwable failure) {
    String message = failure.getLocalizedMessage();
    StringBuilder json = new StringBuilder("{\"errorMessage\":");
    quote(json, message == null ? failure.getClass().getName() : message);
    json.append(",\"errorType\":");
    quote(json, failure.getClass().getName());
    json.append(",\"stackTrace\":[");
    StackTraceElement[] frames = failure.getStackTrace();
    for (int i = 0; i < frames.length; i++) {
      if (i > 0) {
        json.append(',');
      }
      quote(json, frames[i].toString());
    }
    return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  /** What Lambda tells a handler of its invocation. */
  private record PlainContext(
      String requestId,
      long deadlineMillis,
      String arn,
      @Nullable ClientContext clientContext,
      Map<String, String> environment)
      implements Context {
    private static final PojoSerializer<LambdaClientContext> CLIENT_CONTEXT =
        GsonFactory.getInstance().getSerializer(LambdaClientContext.class);

    static PlainContext of(HttpResponse<?> next, Map<String, String> environment) {
      return new PlainContext(
          header(next, "Lambda-Runtime-Aws-Request-Id").orElseThrow(),
          Long.parseLong(header(next, "Lambda-Runtime-Deadline-Ms").orElse("0")),
          header(next, "Lambda-Runtime-Invoked-Function-Arn").orElse(""),
          header(next, "Lambda-Runtime-Client-Context").map(CLIENT_CONTEXT::fromJson).orElse(null),
          environment);
    }

    private String variable(String name) {
      return environment.getOrDefault(name, "");
    }

    @Override
    public String getAwsRequestId() {
      return requestId;
    }

    @Override
    public String getLogGroupName() {
      return variable("AWS_LAMBDA_LOG_GROUP_NAME");
    }

    @Override
    public String getLogStreamName() {
      return variable("AWS_LAMBDA_LOG_STREAM_NAME");
    }

    @Override
    public String getFunctionName() {
      return variable("AWS_LAMBDA_FUNCTION_NAME");
    }

    @Override
    public String getFunctionVersion() {
      return variable("AWS_LAMBDA_FUNCTION_VERSION");
    }

    @Override
    public String getInvokedFunctionArn() {
      return arn;
    }

    @Override
    public @Nullable CognitoIdentity getIdentity() {
      return null;
    }

    @Override
    public @Nullable ClientContext getClientContext() {
      return clientContext;
    }

    @Override
    public int getRemainingTimeInMillis() {
      return (int) Math.max(0, deadlineMillis - System.currentTimeMillis());
    }

    @Override
    public int getMemoryLimitInMB() {
      return Integer.parseInt(variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
    }

    @Override
    public LambdaLogger getLogger() {
      return new LambdaLogger() {
        @Override
        public void log(String message) {
          System.out.println(message);
        }

        @Override
        public void log(byte[] message) {
          System.out.println(new String(message, StandardCharsets.UTF_8));
        }
      };
    }
  }
}
