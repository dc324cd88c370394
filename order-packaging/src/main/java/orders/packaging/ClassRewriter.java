package orders.packaging;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.tree.ClassNode;

/** Rewrites a class so that the JDK need not generate code for it whenever it is loaded. */
final class ClassRewriter {
  private final LambdaRewriter lambdas;

  ClassRewriter(Methods methods) {
    this.lambdas = new LambdaRewriter(methods);
  }

  /** Returns class files by internal name: the one that was given, and those of its lambdas. */
  Map<String, byte[]> rewrite(byte[] classFile) {
    ClassNode host = new ClassNode();
    new ClassReader(classFile).accept(host, 0);
    boolean changed = TypeSwitches.rewrite(host);
    List<LambdaClass> made = lambdas.rewrite(host);
    Map<String, byte[]> classes = new LinkedHashMap<>();
    classes.put(host.name, changed || !made.isEmpty() ? bytes(host) : classFile);
    made.forEach(lambda -> classes.put(lambda.name(), lambda.bytes()));
    return classes;
  }

  private static byte[] bytes(ClassNode host) {
    ClassWriter writer = new ClassWriter(0);
    host.accept(writer);
    return writer.toByteArray();
  }
}
