package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.compiler.loop.Value.UnaryOp;
import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Operations on the numbers on top of the stack. */
final class ScalarOps {
    private static final String MATH = "java/lang/Math";

    private ScalarOps() {}

    static void unary(Assembler asm, UnaryOp op, DType dtype, DType operand) {
        String same = Type.getMethodDescriptor(Assembler.type(dtype), Assembler.type(dtype));
        switch (op) {
            case NEG -> asm.op(Opcodes.INEG, dtype);
            case ABS -> asm.callStatic(MATH, "abs", same);
            case SIGN -> sign(asm, dtype, same);
            case SQRT -> {
                cast(asm, dtype, DType.FLOAT64);
                asm.callStatic(MATH, "sqrt", "(D)D");
                cast(asm, DType.FLOAT64, dtype);
            }
            case RELU -> {
                asm.constant(dtype, 0);
                max(asm, dtype);
            }
            case NOT -> {
                asm.constant(dtype, dtype == DType.BOOL ? 1 : -1);
                asm.op(Opcodes.IXOR, dtype);
            }
            case TO_BITS -> {
                boolean wide = operand == DType.FLOAT64;
                asm.callStatic(wide ? "java/lang/Double" : "java/lang/Float",
                        wide ? "doubleToRawLongBits" : "floatToRawIntBits", wide ? "(D)J" : "(F)I");
            }
            case FROM_BITS -> {
                boolean wide = dtype == DType.FLOAT64;
                asm.callStatic(wide ? "java/lang/Double" : "java/lang/Float",
                        wide ? "longBitsToDouble" : "intBitsToFloat", wide ? "(J)D" : "(I)F");
            }
            default -> throw new IllegalStateException(op + " was not expanded");
        }
    }

    private static void sign(Assembler asm, DType dtype, String same) {
        switch (dtype) {
            case FLOAT32, FLOAT64 -> asm.callStatic(MATH, "signum", same);
            case INT32 -> asm.callStatic("java/lang/Integer", "signum", "(I)I");
            case INT64 -> {
                asm.callStatic("java/lang/Long", "signum", "(J)I");
                asm.op(Opcodes.I2L);
            }
            case BOOL -> throw new IllegalStateException("the sign of a bool");
        }
    }

    static void binary(Assembler asm, BinaryOp op, DType dtype) {
        switch (op) {
            case ADD -> asm.op(Opcodes.IADD, dtype);
            case SUB -> asm.op(Opcodes.ISUB, dtype);
            case MUL -> asm.op(Opcodes.IMUL, dtype);
            case DIV -> divide(asm, dtype, "divide", Opcodes.IDIV);
            case REM -> divide(asm, dtype, "remainder", Opcodes.IREM);
            case MAX -> max(asm, dtype);
            case MIN -> asm.callStatic(MATH, "min", pair(dtype));
            case AND -> asm.op(Opcodes.IAND, dtype);
            case OR -> asm.op(Opcodes.IOR, dtype);
            case XOR -> asm.op(Opcodes.IXOR, dtype);
            case SHL -> shift(asm, Opcodes.ISHL, dtype);
            case SHR -> shift(asm, Opcodes.ISHR, dtype);
            case USHR -> shift(asm, Opcodes.IUSHR, dtype);
            case POW, ATAN2 -> throw new IllegalStateException(op + " was not expanded");
        }
    }

    static void max(Assembler asm, DType dtype) {
        asm.callStatic(MATH, "max", pair(dtype));
    }

    private static void divide(Assembler asm, DType dtype, String check, int opcode) {
        if (dtype.isFloating()) {
            asm.op(opcode, dtype);
        } else {
            asm.callStatic(Assembler.KERNEL + "Checks", check, pair(dtype));
        }
    }

    private static void shift(Assembler asm, int opcode, DType dtype) {
        if (dtype == DType.INT64) {
            asm.op(Opcodes.L2I);
        }
        asm.op(opcode, dtype);
    }

    private static String pair(DType dtype) {
        Type type = Assembler.type(dtype);
        return Type.getMethodDescriptor(type, type, type);
    }

    static void fma(Assembler asm, DType dtype) {
        Type type = Assembler.type(dtype);
        asm.callStatic(MATH, "fma", Type.getMethodDescriptor(type, type, type, type));
    }

    /** Leaves 1 if the comparison of the two holds, else 0. */
    static void compare(Assembler asm, CompareKind kind, DType operands) {
        Label yes = new Label();
        Label end = new Label();
        if (operands == DType.INT32 || operands == DType.BOOL) {
            asm.jump(switch (kind) {
                case EQ -> Opcodes.IF_ICMPEQ;
                case NE -> Opcodes.IF_ICMPNE;
                case LT -> Opcodes.IF_ICMPLT;
                case LE -> Opcodes.IF_ICMPLE;
                case GT -> Opcodes.IF_ICMPGT;
                case GE -> Opcodes.IF_ICMPGE;
            }, yes);
        } else {
            // Where an operand is NaN the difference is made one for which the jump is not taken.
            boolean less = kind == CompareKind.LT || kind == CompareKind.LE;
            asm.op(switch (operands) {
                case FLOAT32 -> less ? Opcodes.FCMPG : Opcodes.FCMPL;
                case FLOAT64 -> less ? Opcodes.DCMPG : Opcodes.DCMPL;
                default -> Opcodes.LCMP;
            });
            asm.jump(switch (kind) {
                case EQ -> Opcodes.IFEQ;
                case NE -> Opcodes.IFNE;
                case LT -> Opcodes.IFLT;
                case LE -> Opcodes.IFLE;
                case GT -> Opcodes.IFGT;
                case GE -> Opcodes.IFGE;
            }, yes);
        }
        asm.constant(0);
        asm.jump(Opcodes.GOTO, end);
        asm.place(yes);
        asm.constant(1);
        asm.place(end, Opcodes.INTEGER);
    }

    /** Java's conversion; to bool it is a comparison with 0. */
    static void cast(Assembler asm, DType from, DType to) {
        if (from == to) {
            return;
        }
        if (to == DType.BOOL) {
            asm.constant(from, 0);
            compare(asm, CompareKind.NE, from);
            return;
        }
        DType source = from == DType.BOOL ? DType.INT32 : from;
        switch (source) {
            case INT32 -> convert(asm, to, 0, Opcodes.I2L, Opcodes.I2F, Opcodes.I2D);
            case INT64 -> convert(asm, to, Opcodes.L2I, 0, Opcodes.L2F, Opcodes.L2D);
            case FLOAT32 -> convert(asm, to, Opcodes.F2I, Opcodes.F2L, 0, Opcodes.F2D);
            case FLOAT64 -> convert(asm, to, Opcodes.D2I, Opcodes.D2L, Opcodes.D2F, 0);
            case BOOL -> throw new AssertionError("replaced by int above");
        }
    }

    private static void convert(Assembler asm, DType to, int toInt, int toLong, int toFloat, int toDouble) {
        int opcode = switch (to) {
            case INT32 -> toInt;
            case INT64 -> toLong;
            case FLOAT32 -> toFloat;
            case FLOAT64 -> toDouble;
            case BOOL -> throw new AssertionError("compared, not converted");
        };
        if (opcode != Opcodes.NOP) {
            asm.op(opcode);
        }
    }
}
