package dev.covector.prelink;

import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** {@code equals}, {@code hashCode} and {@code toString} of a record, as {@link java.lang.runtime.ObjectMethods} has them. */
final class RecordMethods {
    private RecordMethods() {}

    static MethodNode method(String name, ClassNode owner, InvokeDynamicInsnNode call) {
        MethodNode method = new MethodNode(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC,
                name, call.desc, null, null);
        String names = (String) call.bsmArgs[1];
        String[] components = names.isEmpty() ? new String[0] : names.split(";");
        method.visitCode();
        switch (call.name) {
            case "equals" -> equalTo(method, owner, call);
            case "hashCode" -> hash(method, call);
            case "toString" -> text(method, owner, call, components);
            default -> throw new IllegalArgumentException(call.name);
        }
        method.visitMaxs(6, 2);
        method.visitEnd();
        return method;
    }

    private static void get(MethodNode method, int record, Object component) {
        Handle field = (Handle) component;
        method.visitVarInsn(Opcodes.ALOAD, record);
        method.visitFieldInsn(Opcodes.GETFIELD, field.getOwner(), field.getName(), field.getDesc());
    }

    private static void equalTo(MethodNode method, ClassNode owner, InvokeDynamicInsnNode call) {
        Label isRecord = new Label();
        method.visitVarInsn(Opcodes.ALOAD, 1);
        method.visitTypeInsn(Opcodes.INSTANCEOF, owner.name);
        method.visitJumpInsn(Opcodes.IFNE, isRecord);
        answer(method, 0);
        method.visitLabel(isRecord);
        method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        for (int i = 2; i < call.bsmArgs.length; i++) {
            Type type = Type.getType(((Handle) call.bsmArgs[i]).getDesc());
            Label equal = new Label();
            get(method, 0, call.bsmArgs[i]);
            method.visitVarInsn(Opcodes.ALOAD, 1);
            method.visitTypeInsn(Opcodes.CHECKCAST, owner.name);
            Handle field = (Handle) call.bsmArgs[i];
            method.visitFieldInsn(Opcodes.GETFIELD, field.getOwner(), field.getName(), field.getDesc());
            switch (type.getSort()) {
                case Type.FLOAT, Type.DOUBLE, Type.LONG -> {
                    method.visitMethodInsn(Opcodes.INVOKESTATIC, Types.wrapper(type), "compare",
                            "(" + type + type + ")I", false);
                    method.visitJumpInsn(Opcodes.IFEQ, equal);
                }
                case Type.OBJECT, Type.ARRAY -> {
                    method.visitMethodInsn(Opcodes.INVOKESTATIC, "java/util/Objects", "equals",
                            "(Ljava/lang/Object;Ljava/lang/Object;)Z", false);
                    method.visitJumpInsn(Opcodes.IFNE, equal);
                }
                default -> method.visitJumpInsn(Opcodes.IF_ICMPEQ, equal);
            }
            answer(method, 0);
            method.visitLabel(equal);
            method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        }
        answer(method, 1);
    }

    private static void answer(MethodNode method, int value) {
        method.visitInsn(value == 0 ? Opcodes.ICONST_0 : Opcodes.ICONST_1);
        method.visitInsn(Opcodes.IRETURN);
    }

    private static void hash(MethodNode method, InvokeDynamicInsnNode call) {
        method.visitInsn(Opcodes.ICONST_0);
        for (int i = 2; i < call.bsmArgs.length; i++) {
            Type type = Type.getType(((Handle) call.bsmArgs[i]).getDesc());
            method.visitIntInsn(Opcodes.BIPUSH, 31);
            method.visitInsn(Opcodes.IMUL);
            get(method, 0, call.bsmArgs[i]);
            boolean object = Types.isObject(type);
            method.visitMethodInsn(Opcodes.INVOKESTATIC, object ? "java/util/Objects" : Types.wrapper(type),
                    "hashCode", object ? "(Ljava/lang/Object;)I" : "(" + type + ")I", false);
            method.visitInsn(Opcodes.IADD);
        }
        method.visitInsn(Opcodes.IRETURN);
    }

    private static void text(MethodNode method, ClassNode owner, InvokeDynamicInsnNode call,
            String[] components) {
        String builder = "java/lang/StringBuilder";
        method.visitTypeInsn(Opcodes.NEW, builder);
        method.visitInsn(Opcodes.DUP);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, builder, "<init>", "()V", false);
        append(method,
                owner.name.substring(Math.max(owner.name.lastIndexOf('/'), owner.name.lastIndexOf('$')) + 1)
                        + "[");
        for (int i = 0; i < components.length; i++) {
            append(method, (i > 0 ? ", " : "") + components[i] + "=");
            get(method, 0, call.bsmArgs[i + 2]);
            Type type = Type.getType(((Handle) call.bsmArgs[i + 2]).getDesc());
            String shown = Types.isObject(type) ? "Ljava/lang/Object;"
                    : type == Type.BYTE_TYPE || type == Type.SHORT_TYPE ? "I" : type.getDescriptor();
            method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, builder, "append",
                    "(" + shown + ")L" + builder + ";",
                    false);
        }
        append(method, "]");
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, builder, "toString", "()Ljava/lang/String;", false);
        method.visitInsn(Opcodes.ARETURN);
    }

    private static void append(MethodNode method, String text) {
        method.visitLdcInsn(text);
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/StringBuilder", "append",
                "(Ljava/lang/String;)Ljava/lang/StringBuilder;", false);
    }
}
