package dev.covector.prelink;

import java.util.Arrays;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The method that finds the case of a switch over types: {@code (value, from)} gives the number of the first case from
 * {@code from} on of whose type the value is, so many as there are if there is none, and -1 for null.
 */
final class TypeSwitch {
    private TypeSwitch() {}

    /** Whether all cases are types. */
    static boolean isKnown(InvokeDynamicInsnNode call) {
        return Arrays.stream(call.bsmArgs).allMatch(Type.class::isInstance);
    }

    static MethodNode method(String name, InvokeDynamicInsnNode call) {
        MethodNode method = new MethodNode(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC,
                name, call.desc, null, null);
        method.visitCode();
        Label notNull = new Label();
        Label[] cases = new Label[call.bsmArgs.length];
        Arrays.setAll(cases, i -> new Label());
        Label none = new Label();
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitJumpInsn(Opcodes.IFNONNULL, notNull);
        method.visitInsn(Opcodes.ICONST_M1);
        method.visitInsn(Opcodes.IRETURN);
        place(method, notNull);
        method.visitVarInsn(Opcodes.ILOAD, 1);
        method.visitTableSwitchInsn(0, cases.length - 1, none, cases);
        for (int i = 0; i < cases.length; i++) {
            Label next = i + 1 < cases.length ? cases[i + 1] : none;
            place(method, cases[i]);
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitTypeInsn(Opcodes.INSTANCEOF, ((Type) call.bsmArgs[i]).getInternalName());
            method.visitJumpInsn(Opcodes.IFEQ, next);
            method.visitIntInsn(Opcodes.SIPUSH, i);
            method.visitInsn(Opcodes.IRETURN);
        }
        place(method, none);
        method.visitIntInsn(Opcodes.SIPUSH, cases.length);
        method.visitInsn(Opcodes.IRETURN);
        method.visitMaxs(1, 2);
        method.visitEnd();
        return method;
    }

    private static void place(MethodNode method, Label label) {
        method.visitLabel(label);
        method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
    }
}
