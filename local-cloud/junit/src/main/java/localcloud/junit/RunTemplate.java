package localcloud.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a SAM template on free ports for the tests of a class. Classes that ask for the same
 * template with the same settings share one running instance, which ends with the test run.
 *
 * <p>Tests and constructors may then have parameters of these types: {@link localcloud.LocalCloud},
 * {@code DynamoDbClient}, {@code DynamoDbStreamsClient}, {@code SqsClient}, {@code SnsClient},
 * {@code LambdaClient}, and {@code String} with {@link Output}. When a test fails, what functions
 * wrote meanwhile is printed.
 *
 * <p>The packages that the template names must have been built: run such tests with {@code mvn
 * verify}, as {@code *IT}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RunTemplateExtension.class)
public @interface RunTemplate {
  /** The template, looked for in the working directory and the folders above it. */
  String value() default "template.yaml";

  /** Parameters of the template, each {@code NAME=VALUE}. */
  String[] parameters() default {};

  /** Whether calls fail that a function's policies do not allow. */
  boolean strictIam() default false;

  /** Whether functions start from AOT caches, which are trained first where there are none. */
  boolean aotCache() default false;

  /** Processes of one function at most. */
  int maximumWorkers() default 4;

  /** Names that keep instances apart: classes with different ones do not share. */
  String instance() default "";
}
