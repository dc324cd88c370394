package orders.packaging;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The methods of a package's classes and of the JDK's: who may call them. */
final class Methods {
  private final Map<String, Declared> types = new HashMap<>();

  /**
   * What a class declares.
   *
   * @param above its superclass and interfaces, by internal name
   * @param access flags by name and descriptor
   */
  private record Declared(List<String> above, Map<String, Integer> access) {}

  /** Adds a class of the package. */
  void add(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    types.putIfAbsent(reader.getClassName(), declared(reader));
  }

  /** Whether any class of the same package as {@code host} may call the method. */
  boolean isOpenToPackageOf(String host, Handle method) {
    String signature = method.getName() + method.getDesc();
    Set<String> seen = new HashSet<>();
    Deque<String> left = new ArrayDeque<>(List.of(method.getOwner()));
    while (!left.isEmpty()) {
      String type = left.poll();
      Optional<Declared> declared = seen.add(type) ? find(type) : Optional.empty();
      Integer access = declared.map(it -> it.access().get(signature)).orElse(null);
      if (access != null) {
        boolean near =
            (access & Opcodes.ACC_PRIVATE) == 0 && packageOf(type).equals(packageOf(host));
        return near || (access & Opcodes.ACC_PUBLIC) != 0;
      }
      declared.ifPresent(it -> left.addAll(it.above()));
    }
    return false;
  }

  private Optional<Declared> find(String type) {
    Declared known = types.get(type);
    if (known == null) {
      try {
        known = declared(new ClassReader(type));
        types.put(type, known);
      } catch (IOException notThere) {
        return Optional.empty();
      }
    }
    return Optional.of(known);
  }

  private static Declared declared(ClassReader reader) {
    Map<String, Integer> access = new HashMap<>();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int flags, String name, String descriptor, String signature, String[] exceptions) {
            access.put(name + descriptor, flags);
            return null;
          }
        },
        ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    Deque<String> above = new ArrayDeque<>(List.of(reader.getInterfaces()));
    if (reader.getSuperName() != null) {
      above.addFirst(reader.getSuperName());
    }
    return new Declared(List.copyOf(above), access);
  }

  private static String packageOf(String type) {
    return type.substring(0, type.lastIndexOf('/') + 1);
  }
}
