package orders.packaging;

import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.H_INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.H_INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.H_INVOKESTATIC;
import static org.objectweb.asm.Opcodes.H_INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.H_NEWINVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.NEW;

import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** The method that a lambda calls, as its class file names it. */
record Body(Handle method) {
  /** What it takes, the object it is called on first. */
  Type[] parameters() {
    Type[] declared = Type.getArgumentTypes(method.getDesc());
    if (method.getTag() == H_INVOKESTATIC || isConstructor()) {
      return declared;
    }
    Type[] all = new Type[declared.length + 1];
    all[0] = Type.getObjectType(method.getOwner());
    System.arraycopy(declared, 0, all, 1, declared.length);
    return all;
  }

  Type returned() {
    return isConstructor()
        ? Type.getObjectType(method.getOwner())
        : Type.getReturnType(method.getDesc());
  }

  /** The words on the stack that a call needs at most. */
  int stack() {
    int words = isConstructor() ? 2 : 0;
    for (Type parameter : parameters()) {
      words += parameter.getSize();
    }
    return Math.max(words, 2);
  }

  /** What comes before the parameters. */
  void prepare(MethodVisitor code) {
    if (isConstructor()) {
      code.visitTypeInsn(NEW, method.getOwner());
      code.visitInsn(DUP);
    }
  }

  void call(MethodVisitor code) {
    int opcode =
        switch (method.getTag()) {
          case H_INVOKESTATIC -> INVOKESTATIC;
          case H_INVOKEVIRTUAL -> INVOKEVIRTUAL;
          case H_INVOKEINTERFACE -> INVOKEINTERFACE;
          case H_INVOKESPECIAL, H_NEWINVOKESPECIAL -> INVOKESPECIAL;
          default -> throw new IllegalArgumentException("no method: " + method);
        };
    code.visitMethodInsn(
        opcode, method.getOwner(), method.getName(), method.getDesc(), method.isInterface());
  }

  private boolean isConstructor() {
    return method.getTag() == H_NEWINVOKESPECIAL;
  }
}
