package orders.systemtests.chaos;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a static method that a mutant calls instead of a method of the product. Its parameters are
 * those of that method, behind the receiver if that method is not static. Its class is added to the
 * mutant's package, so it uses nothing that the package does not have.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface StandIn {
  /** The class that the calls name as the method's owner. */
  Class<?> owner();

  /** The method's name. */
  String method();

  /** The classes whose calls are redirected, nested classes included; all of ours by default. */
  Class<?>[] callers() default {};
}
