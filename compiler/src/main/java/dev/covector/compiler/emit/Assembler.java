package dev.covector.compiler.emit;

import dev.covector.runtime.DType;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** The instructions of one method, by type of number, and its local variables. */
final class Assembler {
    static final String KERNEL = "dev/covector/runtime/kernel/";

    private final MethodVisitor mv;
    private int nextLocal;

    Assembler(MethodVisitor mv, int parameters) {
        this.mv = mv;
        this.nextLocal = parameters;
    }

    /** The JVM's type of a number. */
    static Type type(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> Type.FLOAT_TYPE;
            case FLOAT64 -> Type.DOUBLE_TYPE;
            case INT32 -> Type.INT_TYPE;
            case INT64 -> Type.LONG_TYPE;
            case BOOL -> Type.BOOLEAN_TYPE;
        };
    }

    /** A variable of its own for a number. */
    int local(DType dtype) {
        int local = nextLocal;
        nextLocal += type(dtype).getSize();
        return local;
    }

    /** A variable of its own for an object. */
    int reference() {
        return nextLocal++;
    }

    /** Where the variables stand, for {@link #release}. */
    int mark() {
        return nextLocal;
    }

    /** Frees all variables made since {@code mark}. */
    void release(int mark) {
        nextLocal = mark;
    }

    void load(DType dtype, int local) {
        mv.visitVarInsn(type(dtype).getOpcode(Opcodes.ILOAD), local);
    }

    void store(DType dtype, int local) {
        mv.visitVarInsn(type(dtype).getOpcode(Opcodes.ISTORE), local);
    }

    void loadReference(int local) {
        mv.visitVarInsn(Opcodes.ALOAD, local);
    }

    void storeReference(int local) {
        mv.visitVarInsn(Opcodes.ASTORE, local);
    }

    /** Reads {@code array[index]}, both on the stack. */
    void arrayLoad(DType dtype) {
        mv.visitInsn(type(dtype).getOpcode(Opcodes.IALOAD));
    }

    /** Writes {@code array[index] = value}, all on the stack. */
    void arrayStore(DType dtype) {
        mv.visitInsn(type(dtype).getOpcode(Opcodes.IASTORE));
    }

    /** An instruction that has a form for each type, named by that for ints. */
    void op(int intOpcode, DType dtype) {
        mv.visitInsn(type(dtype).getOpcode(intOpcode));
    }

    void op(int opcode) {
        mv.visitInsn(opcode);
    }

    void constant(int value) {
        if (value >= -1 && value <= 5) {
            mv.visitInsn(Opcodes.ICONST_0 + value);
        } else if (value == (byte) value) {
            mv.visitIntInsn(Opcodes.BIPUSH, value);
        } else if (value == (short) value) {
            mv.visitIntInsn(Opcodes.SIPUSH, value);
        } else {
            mv.visitLdcInsn(value);
        }
    }

    void constant(long value) {
        if (value == 0 || value == 1) {
            mv.visitInsn(value == 0 ? Opcodes.LCONST_0 : Opcodes.LCONST_1);
        } else {
            mv.visitLdcInsn(value);
        }
    }

    /** The number {@code value} as {@code dtype}. */
    void constant(DType dtype, double value) {
        switch (dtype) {
            case BOOL -> constant(value != 0 ? 1 : 0);
            case INT32 -> constant((int) value);
            case INT64 -> constant((long) value);
            case FLOAT32 -> {
                int bits = Float.floatToRawIntBits((float) value);
                if (bits == 0 || value == 1 || value == 2) {
                    mv.visitInsn(Opcodes.FCONST_0 + (int) value);
                } else {
                    mv.visitLdcInsn((float) value);
                }
            }
            case FLOAT64 -> {
                if (Double.doubleToRawLongBits(value) == 0 || value == 1) {
                    mv.visitInsn(Opcodes.DCONST_0 + (int) value);
                } else {
                    mv.visitLdcInsn(value);
                }
            }
        }
    }

    void increment(int local, int by) {
        mv.visitIincInsn(local, by);
    }

    void staticField(String owner, String name, String descriptor) {
        mv.visitFieldInsn(Opcodes.GETSTATIC, owner, name, descriptor);
    }

    void field(String owner, String name, String descriptor) {
        mv.visitFieldInsn(Opcodes.GETFIELD, owner, name, descriptor);
    }

    void callStatic(String owner, String name, String descriptor) {
        mv.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
    }

    void callVirtual(String owner, String name, String descriptor) {
        mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, name, descriptor, false);
    }

    void callInterface(String owner, String name, String descriptor) {
        mv.visitMethodInsn(Opcodes.INVOKEINTERFACE, owner, name, descriptor, true);
    }

    void castReference(String type) {
        mv.visitTypeInsn(Opcodes.CHECKCAST, type);
    }

    void jump(int opcode, Label target) {
        mv.visitJumpInsn(opcode, target);
    }

    void place(Label label) {
        mv.visitLabel(label);
    }

    /** What follows belongs to line {@code line} of the listing. */
    void line(int line) {
        Label here = new Label();
        mv.visitLabel(here);
        mv.visitLineNumber(line, here);
    }
}
