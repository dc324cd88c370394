package orders.packaging;

import static org.objectweb.asm.Opcodes.CHECKCAST;
import static org.objectweb.asm.Opcodes.F2D;
import static org.objectweb.asm.Opcodes.I2D;
import static org.objectweb.asm.Opcodes.I2F;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.L2D;
import static org.objectweb.asm.Opcodes.L2F;

import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** The conversions between what a functional interface says and what a lambda's body takes. */
final class Conversion {
  private static final Type NUMBER = Type.getType(Number.class);

  private static final Map<Type, Type> BOXES =
      Map.of(
          Type.BOOLEAN_TYPE, Type.getType(Boolean.class),
          Type.CHAR_TYPE, Type.getType(Character.class),
          Type.BYTE_TYPE, Type.getType(Byte.class),
          Type.SHORT_TYPE, Type.getType(Short.class),
          Type.INT_TYPE, Type.getType(Integer.class),
          Type.FLOAT_TYPE, Type.getType(Float.class),
          Type.LONG_TYPE, Type.getType(Long.class),
          Type.DOUBLE_TYPE, Type.getType(Double.class));

  private Conversion() {}

  /**
   * Converts the value on top of the stack.
   *
   * @param from its type
   * @param meant the type that it is known to be of, which erasure may have hidden
   * @param to the type that is wanted
   */
  static void emit(MethodVisitor code, Type from, Type meant, Type to) {
    if (isPrimitive(from)) {
      if (isPrimitive(to)) {
        widen(code, from, to);
      } else {
        Type box = BOXES.get(from);
        code.visitMethodInsn(
            INVOKESTATIC,
            box.getInternalName(),
            "valueOf",
            Type.getMethodDescriptor(box, from),
            false);
      }
    } else if (isPrimitive(to)) {
      Optional<Type> exact = unboxed(meant);
      boolean isNumber = !to.equals(Type.BOOLEAN_TYPE) && !to.equals(Type.CHAR_TYPE);
      // What is only known to be an object may be a box of another number.
      Type primitive = exact.orElse(to);
      Type box = exact.isEmpty() && isNumber ? NUMBER : BOXES.get(primitive);
      cast(code, from, box);
      code.visitMethodInsn(
          INVOKEVIRTUAL,
          box.getInternalName(),
          primitive.getClassName() + "Value",
          Type.getMethodDescriptor(primitive),
          false);
      widen(code, primitive, to);
    } else {
      cast(code, from, to);
    }
  }

  private static boolean isPrimitive(Type type) {
    return type.getSort() < Type.ARRAY;
  }

  private static Optional<Type> unboxed(Type box) {
    return BOXES.entrySet().stream()
        .filter(entry -> entry.getValue().equals(box))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static void cast(MethodVisitor code, Type from, Type to) {
    if (!from.equals(to) && !to.getInternalName().equals("java/lang/Object")) {
      code.visitTypeInsn(CHECKCAST, to.getInternalName());
    }
  }

  private static void widen(MethodVisitor code, Type from, Type to) {
    int target = to.getSort();
    if (from.equals(to) || target <= Type.INT) {
      return; // To the machine, what is smaller than an int is one.
    }
    code.visitInsn(
        switch (from.getSort()) {
          case Type.FLOAT -> F2D;
          case Type.LONG -> target == Type.FLOAT ? L2F : L2D;
          default -> target == Type.LONG ? I2L : target == Type.FLOAT ? I2F : I2D;
        });
  }
}
