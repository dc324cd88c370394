package orders.packaging;

import static org.objectweb.asm.Opcodes.ACC_INTERFACE;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ACC_SYNTHETIC;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.H_INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.H_INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.H_INVOKESTATIC;
import static org.objectweb.asm.Opcodes.H_INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.IRETURN;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Turns the lambdas and method references of a class into classes of their own, as compilers did
 * before Java 8. At run time the JDK generates one hidden class for each and links its call, which
 * costs several times what loading a class does, and each cold start pays it anew.
 *
 * <p>A lambda that its class file does not describe whole (a serializable one, or one of several
 * interfaces) stays as it is, and so does one whose method a class of the same package may not
 * call: a nest mate's private one, or a protected one from another package.
 */
final class LambdaRewriter {
  private final Methods methods;

  LambdaRewriter(Methods methods) {
    this.methods = methods;
  }

  /** Rewrites the class; returns those of its lambdas. */
  List<LambdaClass> rewrite(ClassNode host) {
    List<LambdaClass> classes = new ArrayList<>();
    if (host.methods.stream().noneMatch(method -> lambdas(method).findAny().isPresent())) {
      return classes;
    }
    openBodies(host);
    List<MethodNode> accessors = new ArrayList<>();
    for (MethodNode method : host.methods) {
      for (InvokeDynamicInsnNode call : lambdas(method).toList()) {
        Handle body = (Handle) call.bsmArgs[1];
        if (isForHostAlone(host, body)) {
          MethodNode accessor = accessor(host, body, accessors.size());
          accessors.add(accessor);
          body = staticHandle(host, accessor);
        } else if (!isOpened(host, body) && !methods.isOpenToPackageOf(host.name, body)) {
          continue;
        }
        LambdaClass lambda =
            new LambdaClass(host.name + "$$Lambda" + classes.size(), host.version, call, body);
        classes.add(lambda);
        method.instructions.set(call, instance(lambda));
      }
    }
    host.methods.addAll(accessors);
    return classes;
  }

  private static Stream<InvokeDynamicInsnNode> lambdas(MethodNode method) {
    return Arrays.stream(method.instructions.toArray())
        .filter(InvokeDynamicInsnNode.class::isInstance)
        .map(InvokeDynamicInsnNode.class::cast)
        .filter(LambdaRewriter::isLambda);
  }

  private static boolean isLambda(InvokeDynamicInsnNode call) {
    return call.bsm.getOwner().equals("java/lang/invoke/LambdaMetafactory")
        && call.bsm.getName().equals("metafactory");
  }

  /**
   * Lets the lambdas' classes call the lambdas' bodies, which compilers make private methods. Those
   * of an instance become static ones that take it, as they could be overridden else. What is
   * called from elsewhere too stays, a serialized lambda's body with its name and type above all.
   */
  private static void openBodies(ClassNode host) {
    Set<String> calledElsewhere =
        host.methods.stream()
            .flatMap(method -> Arrays.stream(method.instructions.toArray()))
            .flatMap(LambdaRewriter::calledButByLambdas)
            .collect(Collectors.toSet());
    Map<String, Handle> opened = new HashMap<>();
    for (MethodNode body : host.methods) {
      String signature = body.name + body.desc;
      if (!isPrivate(body)
          || (body.access & ACC_SYNTHETIC) == 0
          || !body.name.startsWith("lambda$")
          || calledElsewhere.contains(signature)) {
        continue;
      }
      body.access &= ~ACC_PRIVATE;
      if (isInterface(host)) {
        body.access |= ACC_PUBLIC;
      }
      if ((body.access & ACC_STATIC) == 0) {
        body.access |= ACC_STATIC;
        body.desc = "(L" + host.name + ";" + body.desc.substring(1);
        body.signature = null;
        body.parameters = null;
      }
      opened.put(signature, staticHandle(host, body));
    }
    for (MethodNode method : host.methods) {
      lambdas(method)
          .forEach(
              call -> {
                Handle body = (Handle) call.bsmArgs[1];
                if (body.getOwner().equals(host.name)) {
                  call.bsmArgs[1] = opened.getOrDefault(body.getName() + body.getDesc(), body);
                }
              });
    }
  }

  private static Stream<String> calledButByLambdas(AbstractInsnNode instruction) {
    if (instruction instanceof MethodInsnNode call) {
      return Stream.of(call.name + call.desc);
    }
    if (instruction instanceof InvokeDynamicInsnNode call && !isLambda(call)) {
      return Arrays.stream(call.bsmArgs)
          .filter(Handle.class::isInstance)
          .map(Handle.class::cast)
          .map(method -> method.getName() + method.getDesc());
    }
    return Stream.empty();
  }

  /** Whether the body is one that {@link #openBodies} opened, which no index knows. */
  private static boolean isOpened(ClassNode host, Handle body) {
    return body.getOwner().equals(host.name)
        && host.methods.stream()
            .anyMatch(it -> it.name.equals(body.getName()) && it.desc.equals(body.getDesc()));
  }

  private static boolean isForHostAlone(ClassNode host, Handle body) {
    return body.getTag() == H_INVOKESPECIAL
        || host.methods.stream()
            .filter(LambdaRewriter::isPrivate)
            .filter(it -> body.getOwner().equals(host.name))
            .anyMatch(it -> it.name.equals(body.getName()) && it.desc.equals(body.getDesc()));
  }

  /** A method by which the lambda's class calls a private one of its host. */
  private static MethodNode accessor(ClassNode host, Handle body, int number) {
    // What is private is called as it stands, and not as a subclass might have it.
    int tag =
        switch (body.getTag()) {
          case H_INVOKEVIRTUAL, H_INVOKEINTERFACE -> H_INVOKESPECIAL;
          default -> body.getTag();
        };
    Body target =
        new Body(
            new Handle(tag, body.getOwner(), body.getName(), body.getDesc(), body.isInterface()));
    MethodNode accessor =
        new MethodNode(
            ACC_STATIC | ACC_SYNTHETIC | (isInterface(host) ? ACC_PUBLIC : 0),
            "access$lambda$" + number,
            Type.getMethodDescriptor(target.returned(), target.parameters()),
            null,
            null);
    accessor.visitCode();
    target.prepare(accessor);
    int slot = 0;
    for (Type parameter : target.parameters()) {
      accessor.visitVarInsn(parameter.getOpcode(ILOAD), slot);
      slot += parameter.getSize();
    }
    target.call(accessor);
    accessor.visitInsn(target.returned().getOpcode(IRETURN));
    accessor.visitMaxs(target.stack(), slot);
    accessor.visitEnd();
    return accessor;
  }

  private static Handle staticHandle(ClassNode host, MethodNode method) {
    return new Handle(H_INVOKESTATIC, host.name, method.name, method.desc, isInterface(host));
  }

  private static AbstractInsnNode instance(LambdaClass lambda) {
    return lambda.captures()
        ? new MethodInsnNode(
            INVOKESTATIC, lambda.name(), LambdaClass.FACTORY, lambda.factoryDescriptor(), false)
        : new FieldInsnNode(
            GETSTATIC, lambda.name(), LambdaClass.INSTANCE, lambda.type().getDescriptor());
  }

  private static boolean isPrivate(MethodNode method) {
    return (method.access & ACC_PRIVATE) != 0;
  }

  private static boolean isInterface(ClassNode host) {
    return (host.access & ACC_INTERFACE) != 0;
  }
}
