package orders.packaging;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ACC_SYNTHETIC;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ARETURN;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.IRETURN;
import static org.objectweb.asm.Opcodes.NEW;
import static org.objectweb.asm.Opcodes.POP;
import static org.objectweb.asm.Opcodes.POP2;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.PUTSTATIC;
import static org.objectweb.asm.Opcodes.RETURN;

import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;

/**
 * The class of one lambda: a field for each value it captures, and its interface's method, which
 * hands them and its arguments to the lambda's body. One that captures nothing has one instance, as
 * the JDK's would have.
 */
final class LambdaClass {
  /** The static field of the only instance of one that captures nothing. */
  static final String INSTANCE = "INSTANCE";

  /** The static method that makes one of what it captures. */
  static final String FACTORY = "capture";

  private static final String CONSTRUCTOR = "<init>";

  private final String name;
  private final InvokeDynamicInsnNode call;
  private final Type[] captured;
  private final Body body;
  private final ClassWriter writer = new ClassWriter(0);

  /**
   * Makes the class.
   *
   * @param call the call of {@code LambdaMetafactory.metafactory} that it stands for
   * @param body the method that the lambda calls; a class of the same package may call it
   */
  LambdaClass(String name, int version, InvokeDynamicInsnNode call, Handle body) {
    this.name = name;
    this.call = call;
    this.captured = Type.getArgumentTypes(call.desc);
    this.body = new Body(body);
    writer.visit(
        version,
        ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC,
        name,
        null,
        "java/lang/Object",
        new String[] {type().getInternalName()});
    constructor();
    if (captures()) {
      factory();
    } else {
      onlyInstance();
    }
    method();
    writer.visitEnd();
  }

  String name() {
    return name;
  }

  /** The functional interface. */
  Type type() {
    return Type.getReturnType(call.desc);
  }

  boolean captures() {
    return captured.length > 0;
  }

  String factoryDescriptor() {
    return call.desc;
  }

  byte[] bytes() {
    return writer.toByteArray();
  }

  private void constructor() {
    MethodVisitor code =
        writer.visitMethod(ACC_PRIVATE, CONSTRUCTOR, constructorType(), null, null);
    code.visitCode();
    code.visitVarInsn(ALOAD, 0);
    code.visitMethodInsn(INVOKESPECIAL, "java/lang/Object", CONSTRUCTOR, "()V", false);
    int slot = 1;
    for (int i = 0; i < captured.length; i++) {
      String type = captured[i].getDescriptor();
      writer.visitField(ACC_PRIVATE | ACC_FINAL, field(i), type, null, null).visitEnd();
      code.visitVarInsn(ALOAD, 0);
      code.visitVarInsn(captured[i].getOpcode(ILOAD), slot);
      code.visitFieldInsn(PUTFIELD, name, field(i), type);
      slot += captured[i].getSize();
    }
    code.visitInsn(RETURN);
    code.visitMaxs(3, slot);
    code.visitEnd();
  }

  private void factory() {
    MethodVisitor code = writer.visitMethod(ACC_STATIC, FACTORY, call.desc, null, null);
    code.visitCode();
    code.visitTypeInsn(NEW, name);
    code.visitInsn(DUP);
    int slot = 0;
    for (Type type : captured) {
      code.visitVarInsn(type.getOpcode(ILOAD), slot);
      slot += type.getSize();
    }
    code.visitMethodInsn(INVOKESPECIAL, name, CONSTRUCTOR, constructorType(), false);
    code.visitInsn(ARETURN);
    code.visitMaxs(slot + 2, slot);
    code.visitEnd();
  }

  private void onlyInstance() {
    String type = type().getDescriptor();
    writer.visitField(ACC_STATIC | ACC_FINAL, INSTANCE, type, null, null).visitEnd();
    MethodVisitor code = writer.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
    code.visitCode();
    code.visitTypeInsn(NEW, name);
    code.visitInsn(DUP);
    code.visitMethodInsn(INVOKESPECIAL, name, CONSTRUCTOR, constructorType(), false);
    code.visitFieldInsn(PUTSTATIC, name, INSTANCE, type);
    code.visitInsn(RETURN);
    code.visitMaxs(2, 0);
    code.visitEnd();
  }

  private void method() {
    Type erased = (Type) call.bsmArgs[0];
    Type[] given = erased.getArgumentTypes();
    Type[] meant = ((Type) call.bsmArgs[2]).getArgumentTypes();
    Type[] wanted = body.parameters();
    MethodVisitor code =
        writer.visitMethod(ACC_PUBLIC, call.name, erased.getDescriptor(), null, null);
    code.visitCode();
    body.prepare(code);
    for (int i = 0; i < captured.length; i++) {
      code.visitVarInsn(ALOAD, 0);
      code.visitFieldInsn(GETFIELD, name, field(i), captured[i].getDescriptor());
    }
    int slot = 1;
    for (int i = 0; i < given.length; i++) {
      code.visitVarInsn(given[i].getOpcode(ILOAD), slot);
      Conversion.emit(code, given[i], meant[i], wanted[captured.length + i]);
      slot += given[i].getSize();
    }
    body.call(code);
    Type returned = erased.getReturnType();
    if (!returned.equals(Type.VOID_TYPE)) {
      Conversion.emit(code, body.returned(), body.returned(), returned);
    } else if (!body.returned().equals(Type.VOID_TYPE)) {
      code.visitInsn(body.returned().getSize() == 2 ? POP2 : POP);
    }
    code.visitInsn(returned.getOpcode(IRETURN));
    // One more than the call needs: an argument may be wider before it is converted.
    code.visitMaxs(body.stack() + 1, slot);
    code.visitEnd();
  }

  private String constructorType() {
    return Type.getMethodDescriptor(Type.VOID_TYPE, captured);
  }

  private static String field(int number) {
    return "captured" + number;
  }
}
