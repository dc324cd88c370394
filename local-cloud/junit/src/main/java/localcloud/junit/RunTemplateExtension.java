package localcloud.junit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import localcloud.LocalCloud;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts the template that {@link RunTemplate} names, once, and hands it to those who ask. */
public final class RunTemplateExtension
    implements BeforeAllCallback,
        BeforeTestExecutionCallback,
        AfterTestExecutionCallback,
        ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(RunTemplateExtension.class);

  /** What tells instances apart. */
  private record Key(
      Path template,
      List<String> parameters,
      boolean strictIam,
      boolean aotCache,
      int maximumWorkers,
      String instance) {}

  @Override
  public void beforeAll(ExtensionContext context) {
    instance(context);
  }

  @Override
  public void beforeTestExecution(ExtensionContext context) {
    context.getStore(NAMESPACE).put("mark", instance(context).lines().mark());
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      long mark = context.getStore(NAMESPACE).getOrDefault("mark", Long.class, 0L);
      System.err.println("What functions wrote during " + context.getDisplayName() + ":");
      instance(context).lines().since(mark).forEach(line -> System.err.println("  " + line));
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == LocalCloud.class
        || SharedInstance.hasClient(type)
        || (type == String.class && parameter.isAnnotated(Output.class));
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    SharedInstance instance = instance(context);
    Class<?> type = parameter.getParameter().getType();
    if (type == LocalCloud.class) {
      return instance.cloud();
    }
    return parameter
        .findAnnotation(Output.class)
        .<Object>map(output -> output(instance.cloud(), output.value()))
        .orElseGet(() -> instance.client(type));
  }

  private static String output(LocalCloud cloud, String name) {
    String value = cloud.outputs().get(name);
    if (value == null) {
      throw new ExtensionConfigurationException(
          "the template has no output " + name + " here; there are " + cloud.outputs().keySet());
    }
    return value;
  }

  private static SharedInstance instance(ExtensionContext context) {
    RunTemplate settings =
        AnnotationSupport.findAnnotation(
                context.getRequiredTestClass(),
                RunTemplate.class,
                context.getEnclosingTestClasses())
            .orElseThrow(
                () -> new ExtensionConfigurationException("@RunTemplate is missing on the class"));
    Path template = find(settings.value());
    Key key =
        new Key(
            template,
            Arrays.asList(settings.parameters()),
            settings.strictIam(),
            settings.aotCache(),
            settings.maximumWorkers(),
            settings.instance());
    // In the root, so that it lives until the last test of the run; its store closes it.
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(key, it -> new SharedInstance(template, settings), SharedInstance.class);
  }

  private static Path find(String name) {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      Path candidate = folder.resolve(name);
      if (Files.isRegularFile(candidate)) {
        return candidate;
      }
    }
    throw new ExtensionConfigurationException(
        "there is no " + name + " in " + start + " or above it");
  }
}
