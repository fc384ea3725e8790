package dev.covector.prelink;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.MethodNode;

/** Conversions of values on the stack, as between the types of a function and those of what implements it. */
final class Types {
    private Types() {}

    static boolean isObject(Type type) {
        return type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY;
    }

    /** The class of boxes of a primitive type. */
    static String wrapper(Type primitive) {
        return "java/lang/" + switch (primitive.getSort()) {
            case Type.BOOLEAN -> "Boolean";
            case Type.CHAR -> "Character";
            case Type.BYTE -> "Byte";
            case Type.SHORT -> "Short";
            case Type.INT -> "Integer";
            case Type.FLOAT -> "Float";
            case Type.LONG -> "Long";
            case Type.DOUBLE -> "Double";
            default -> throw new IllegalArgumentException("not primitive: " + primitive);
        };
    }

    private static Type unboxed(Type box) {
        return switch (box.getInternalName()) {
            case "java/lang/Boolean" -> Type.BOOLEAN_TYPE;
            case "java/lang/Character" -> Type.CHAR_TYPE;
            case "java/lang/Byte" -> Type.BYTE_TYPE;
            case "java/lang/Short" -> Type.SHORT_TYPE;
            case "java/lang/Integer" -> Type.INT_TYPE;
            case "java/lang/Float" -> Type.FLOAT_TYPE;
            case "java/lang/Long" -> Type.LONG_TYPE;
            case "java/lang/Double" -> Type.DOUBLE_TYPE;
            default -> throw new IllegalArgumentException("not a box: " + box);
        };
    }

    static void box(MethodNode method, Type primitive) {
        String box = wrapper(primitive);
        method.visitMethodInsn(Opcodes.INVOKESTATIC, box, "valueOf", "(" + primitive + ")L" + box + ";",
                false);
    }

    static void cast(MethodNode method, Type to) {
        if (!to.getInternalName().equals("java/lang/Object")) {
            method.visitTypeInsn(Opcodes.CHECKCAST, to.getInternalName());
        }
    }

    /** Makes of a value of type {@code from} on the stack one of type {@code to}. */
    static void convert(MethodNode method, Type from, Type to) {
        if (from.equals(to)) {
            return;
        }
        if (to == Type.VOID_TYPE) {
            method.visitInsn(from.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
        } else if (isObject(from) && isObject(to)) {
            cast(method, to);
        } else if (isObject(to)) {
            box(method, from);
        } else if (isObject(from)) {
            Type box = from.getInternalName().equals("java/lang/Object") ? Type.getObjectType(wrapper(to))
                    : from;
            cast(method, box);
            Type value = unboxed(box);
            method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, box.getInternalName(),
                    value.getClassName() + "Value",
                    "()" + value, false);
            widen(method, value, to);
        } else {
            widen(method, from, to);
        }
    }

    private static void widen(MethodNode method, Type from, Type to) {
        if (from.getSort() == to.getSort()
                || from.getSort() < Type.INT + 1 && to.getSort() < Type.INT + 1
                        && from != Type.BOOLEAN_TYPE) {
            return;
        }
        String conversion = letter(from) + "2" + letter(to);
        method.visitInsn(switch (conversion) {
            case "I2J" -> Opcodes.I2L;
            case "I2F" -> Opcodes.I2F;
            case "I2D" -> Opcodes.I2D;
            case "J2F" -> Opcodes.L2F;
            case "J2D" -> Opcodes.L2D;
            case "F2D" -> Opcodes.F2D;
            default -> throw new IllegalArgumentException("no conversion: " + conversion);
        });
    }

    private static String letter(Type type) {
        return type.getSort() <= Type.INT ? "I" : type.getDescriptor();
    }
}
