package orders.packaging;

import static org.objectweb.asm.Opcodes.ACC_INTERFACE;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ACC_SYNTHETIC;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.F_SAME;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNONNULL;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INSTANCEOF;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.IRETURN;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.InstructionAdapter;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Turns the question of a {@code switch} over types, which of its cases an object is, into a method
 * that asks one case after the other. At run time the JDK generates a hidden class for each such
 * question. A {@code switch} that mixes types with constants stays as it is.
 */
final class TypeSwitches {
  private TypeSwitches() {}

  /** Rewrites the class; returns whether anything changed. */
  static boolean rewrite(ClassNode host) {
    List<MethodNode> questions = new ArrayList<>();
    for (MethodNode method : host.methods) {
      for (AbstractInsnNode instruction : method.instructions.toArray()) {
        if (instruction instanceof InvokeDynamicInsnNode call && asksTypesAlone(call)) {
          MethodNode question = question(call, questions.size());
          questions.add(question);
          method.instructions.set(
              call,
              new MethodInsnNode(
                  INVOKESTATIC,
                  host.name,
                  question.name,
                  question.desc,
                  (host.access & ACC_INTERFACE) != 0));
        }
      }
    }
    host.methods.addAll(questions);
    return !questions.isEmpty();
  }

  private static boolean asksTypesAlone(InvokeDynamicInsnNode call) {
    return call.bsm.getOwner().equals("java/lang/runtime/SwitchBootstraps")
        && call.bsm.getName().equals("typeSwitch")
        && Arrays.stream(call.bsmArgs).allMatch(Type.class::isInstance);
  }

  /** A method from the object and the first case to ask to the number of its case. */
  private static MethodNode question(InvokeDynamicInsnNode call, int number) {
    MethodNode method =
        new MethodNode(
            ACC_PRIVATE | ACC_STATIC | ACC_SYNTHETIC,
            "typeSwitch$" + number,
            call.desc,
            null,
            null);
    InstructionAdapter code = new InstructionAdapter(method);
    code.visitCode();
    Label object = new Label();
    code.visitVarInsn(ALOAD, 0);
    code.visitJumpInsn(IFNONNULL, object);
    code.iconst(-1);
    code.visitInsn(IRETURN);
    begin(code, object);
    for (int i = 0; i < call.bsmArgs.length; i++) {
      Label next = new Label();
      code.visitVarInsn(ILOAD, 1);
      code.iconst(i);
      code.visitJumpInsn(IF_ICMPGT, next);
      code.visitVarInsn(ALOAD, 0);
      code.visitTypeInsn(INSTANCEOF, ((Type) call.bsmArgs[i]).getInternalName());
      code.visitJumpInsn(IFEQ, next);
      code.iconst(i);
      code.visitInsn(IRETURN);
      begin(code, next);
    }
    code.iconst(call.bsmArgs.length);
    code.visitInsn(IRETURN);
    code.visitMaxs(2, 2);
    code.visitEnd();
    return method;
  }

  private static void begin(InstructionAdapter code, Label label) {
    code.visitLabel(label);
    code.visitFrame(F_SAME, 0, null, 0, null);
  }
}
