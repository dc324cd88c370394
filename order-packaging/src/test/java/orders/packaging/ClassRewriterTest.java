package orders.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class ClassRewriterTest {
  private static final List<String> HOSTS =
      List.of(
          "orders.packaging.Samples$Circle",
          "orders.packaging.Samples$Shape",
          "orders.packaging.Samples$Square",
          "orders.packaging.Samples",
          "orders.packaging.Samples$Point",
          "orders.packaging.Samples$Next",
          "orders.packaging.Samples$Step",
          "orders.packaging.Samples$Widening",
          "orders.packaging.Samples$Boxing",
          "orders.packaging.Base",
          "orders.packaging.Named");

  @Test
  void each_form_gives_what_it_gave() throws Exception {
    Class<?> rewritten = new Loader(rewritten()).loadClass("orders.packaging.Samples");

    assertThat(rewritten.getClassLoader()).isInstanceOf(Loader.class);
    assertThat(rewritten.getMethod("results").invoke(null)).isEqualTo(Samples.results());
  }

  @Test
  void only_what_cannot_be_a_class_stays() throws Exception {
    Map<String, Integer> left = new HashMap<>();
    for (byte[] code : rewritten().values()) {
      new ClassReader(code)
          .accept(
              new ClassVisitor(Opcodes.ASM9) {
                @Override
                public MethodVisitor visitMethod(
                    int access, String name, String type, String signature, String[] exceptions) {
                  return new MethodVisitor(Opcodes.ASM9) {
                    @Override
                    public void visitInvokeDynamicInsn(
                        String called, String of, Handle bootstrap, Object... arguments) {
                      if (!bootstrap.getOwner().endsWith("ObjectMethods")) {
                        left.merge(bootstrap.getName(), 1, Integer::sum);
                      }
                    }
                  };
                }
              },
              0);
    }

    // The serializable lambda, where it is made and where it is read, the reference to a nest
    // mate's private method, and the switch that has constants beside types.
    assertThat(left).isEqualTo(Map.of("altMetafactory", 2, "metafactory", 1, "typeSwitch", 1));
  }

  @Test
  void a_class_with_nothing_to_rewrite_stays_as_it_is() throws Exception {
    byte[] code = code("orders.packaging.Base");

    assertThat(new ClassRewriter(new Methods()).rewrite(code))
        .containsOnlyKeys("orders/packaging/Base")
        .containsValue(code);
  }

  private static Map<String, byte[]> rewritten() throws IOException {
    Methods methods = new Methods();
    for (String host : HOSTS) {
      methods.add(code(host));
    }
    Map<String, byte[]> classes = new HashMap<>();
    for (String host : HOSTS) {
      classes.putAll(new ClassRewriter(methods).rewrite(code(host)));
    }
    return classes;
  }

  private static byte[] code(String type) throws IOException {
    String resource = "/" + type.replace('.', '/') + ".class";
    try (InputStream in = ClassRewriterTest.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    }
  }

  /** Loads the classes anew, and so has the JVM verify them. */
  private static final class Loader extends ClassLoader {
    private final Map<String, byte[]> classes;

    Loader(Map<String, byte[]> classes) {
      super(ClassRewriterTest.class.getClassLoader());
      this.classes = classes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      byte[] code = classes.get(name.replace('.', '/'));
      if (code == null) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : defineClass(name, code, 0, code.length);
      }
    }
  }
}
