package orders.systemtests.chaos;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Redirects method calls in compiled classes to stand-ins. A call and its stand-in take the same
 * values from the stack and leave the same, so nothing else in the class changes.
 */
final class CallRedirects {
  private final List<Redirect> redirects = new ArrayList<>();
  private final Set<Redirect> used = new HashSet<>();

  /**
   * The calls of one method.
   *
   * @param descriptor of the stand-in: parameters and result
   * @param callers internal names; empty for every class
   */
  private record Redirect(
      String owner,
      String method,
      String descriptor,
      Set<String> callers,
      String standIn,
      String standInMethod) {
    static Redirect to(Method method, StandIn standIn) {
      int modifiers = method.getModifiers() & method.getDeclaringClass().getModifiers();
      if (!Modifier.isStatic(modifiers) || !Modifier.isPublic(modifiers)) {
        throw new IllegalArgumentException(method + " and its class must be public and static");
      }
      return new Redirect(
          Type.getInternalName(standIn.owner()),
          standIn.method(),
          Type.getMethodDescriptor(method),
          callers(standIn),
          Type.getInternalName(method.getDeclaringClass()),
          method.getName());
    }

    private static Set<String> callers(StandIn standIn) {
      Set<String> callers = new HashSet<>();
      for (Class<?> caller : standIn.callers()) {
        callers.add(Type.getInternalName(caller));
      }
      return callers;
    }

    boolean isCalledFrom(String caller) {
      int nested = caller.indexOf('$');
      return callers.isEmpty()
          || callers.contains(caller)
          || callers.contains(nested < 0 ? caller : caller.substring(0, nested));
    }

    boolean matches(int opcode, String calledOwner, String called, String calledDescriptor) {
      String values =
          opcode == Opcodes.INVOKESTATIC
              ? calledDescriptor
              : "(L" + calledOwner + ";" + calledDescriptor.substring(1);
      return calledOwner.equals(owner) && called.equals(method) && values.equals(descriptor);
    }

    @Override
    public String toString() {
      return owner.replace('/', '.')
          + "."
          + method
          + (callers.isEmpty() ? "" : " in " + String.join(", ", callers).replace('/', '.'))
          + ", for which "
          + standIn.replace('/', '.')
          + "."
          + standInMethod
          + descriptor
          + " would stand in";
    }
  }

  /** Reads the stand-ins that these classes declare. */
  CallRedirects(List<Class<?>> standIns) {
    for (Class<?> type : standIns) {
      int before = redirects.size();
      for (Method method : type.getDeclaredMethods()) {
        StandIn standIn = method.getAnnotation(StandIn.class);
        if (standIn != null) {
          redirects.add(Redirect.to(method, standIn));
        }
      }
      if (redirects.size() == before) {
        throw new IllegalArgumentException(type + " has no stand-in");
      }
    }
  }

  /** Returns a class with its calls redirected; empty if it makes none of them. */
  Optional<byte[]> apply(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, 0);
    String caller = reader.getClassName();
    List<Redirect> here = redirects.stream().filter(r -> r.isCalledFrom(caller)).toList();
    Set<Redirect> made = new HashSet<>();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            return redirecting(
                super.visitMethod(access, name, descriptor, signature, exceptions), here, made);
          }
        },
        0);
    used.addAll(made);
    return made.isEmpty() ? Optional.empty() : Optional.of(writer.toByteArray());
  }

  private static MethodVisitor redirecting(
      MethodVisitor next, List<Redirect> redirects, Set<Redirect> made) {
    return new MethodVisitor(Opcodes.ASM9, next) {
      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String descriptor, boolean isInterface) {
        for (Redirect redirect : redirects) {
          if (opcode != Opcodes.INVOKESPECIAL
              && redirect.matches(opcode, owner, name, descriptor)) {
            made.add(redirect);
            super.visitMethodInsn(
                Opcodes.INVOKESTATIC,
                redirect.standIn(),
                redirect.standInMethod(),
                redirect.descriptor(),
                false);
            return;
          }
        }
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
      }
    };
  }

  /**
   * Checks that each stand-in is called.
   *
   * @throws IllegalStateException if a call is no longer made, naming it
   */
  void requireAllUsed() {
    List<String> missing =
        redirects.stream().filter(r -> !used.contains(r)).map(Redirect::toString).toList();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "the product no longer calls " + String.join("; nor ", missing));
    }
  }
}
