package dev.covector.compiler.emit;

import dev.covector.runtime.DType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The instructions of one method, by type of number, and its local variables. Where ways join it says what the variables hold, as
 * the JVM wants it: ASM would have to go through all instructions again to find out.
 */
final class Assembler {
    static final String KERNEL = "dev/covector/runtime/kernel/";

    private final MethodVisitor mv;
    /** What variables hold, as frames have it, of a wide number the first of its two; TOP if that can't be read. */
    private Object[] types = new Object[64];
    private int nextLocal;
    /** Whether the instruction before goes on to the next one. */
    private boolean reachable = true;
    /** Whether a jump leads to the next instruction, and what is on the stack there. */
    private boolean joins;
    private @Nullable Object onStack;

    /** @param parameters what the method's hold */
    Assembler(MethodVisitor mv, List<Object> parameters) {
        this.mv = mv;
        parameters.forEach(type -> types[nextLocal++] = type);
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

    /** What frames call the type of a number. */
    static Object held(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> Opcodes.FLOAT;
            case FLOAT64 -> Opcodes.DOUBLE;
            case INT32, BOOL -> Opcodes.INTEGER;
            case INT64 -> Opcodes.LONG;
        };
    }

    /** A variable of its own for a number. */
    int local(DType dtype) {
        return variable(type(dtype).getSize());
    }

    /** A variable of its own for an object. */
    int reference() {
        return variable(1);
    }

    private int variable(int size) {
        int local = nextLocal;
        nextLocal += size;
        if (nextLocal > types.length) {
            types = Arrays.copyOf(types, 2 * nextLocal);
        }
        Arrays.fill(types, local, nextLocal, Opcodes.TOP);
        return local;
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
        code().visitVarInsn(type(dtype).getOpcode(Opcodes.ILOAD), local);
    }

    void store(DType dtype, int local) {
        code().visitVarInsn(type(dtype).getOpcode(Opcodes.ISTORE), local);
        types[local] = held(dtype);
    }

    void loadReference(int local) {
        code().visitVarInsn(Opcodes.ALOAD, local);
    }

    /** @param type the class's name, with slashes, or the array's descriptor */
    void storeReference(int local, String type) {
        code().visitVarInsn(Opcodes.ASTORE, local);
        types[local] = type;
    }

    /** Reads {@code array[index]}, both on the stack. */
    void arrayLoad(DType dtype) {
        code().visitInsn(type(dtype).getOpcode(Opcodes.IALOAD));
    }

    /** Writes {@code array[index] = value}, all on the stack. */
    void arrayStore(DType dtype) {
        code().visitInsn(type(dtype).getOpcode(Opcodes.IASTORE));
    }

    /** An instruction that has a form for each type, named by that for ints. */
    void op(int intOpcode, DType dtype) {
        code().visitInsn(type(dtype).getOpcode(intOpcode));
    }

    void op(int opcode) {
        code().visitInsn(opcode);
    }

    void constant(int value) {
        if (value >= -1 && value <= 5) {
            code().visitInsn(Opcodes.ICONST_0 + value);
        } else if (value == (byte) value) {
            code().visitIntInsn(Opcodes.BIPUSH, value);
        } else if (value == (short) value) {
            code().visitIntInsn(Opcodes.SIPUSH, value);
        } else {
            code().visitLdcInsn(value);
        }
    }

    void constant(long value) {
        if (value == 0 || value == 1) {
            code().visitInsn(value == 0 ? Opcodes.LCONST_0 : Opcodes.LCONST_1);
        } else {
            code().visitLdcInsn(value);
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
                    code().visitInsn(Opcodes.FCONST_0 + (int) value);
                } else {
                    code().visitLdcInsn((float) value);
                }
            }
            case FLOAT64 -> {
                if (Double.doubleToRawLongBits(value) == 0 || value == 1) {
                    code().visitInsn(Opcodes.DCONST_0 + (int) value);
                } else {
                    code().visitLdcInsn(value);
                }
            }
        }
    }

    void increment(int local, int by) {
        code().visitIincInsn(local, by);
    }

    void staticField(String owner, String name, String descriptor) {
        code().visitFieldInsn(Opcodes.GETSTATIC, owner, name, descriptor);
    }

    void field(String owner, String name, String descriptor) {
        code().visitFieldInsn(Opcodes.GETFIELD, owner, name, descriptor);
    }

    void callStatic(String owner, String name, String descriptor) {
        code().visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
    }

    void callVirtual(String owner, String name, String descriptor) {
        code().visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, name, descriptor, false);
    }

    void callInterface(String owner, String name, String descriptor) {
        code().visitMethodInsn(Opcodes.INVOKEINTERFACE, owner, name, descriptor, true);
    }

    void castReference(String type) {
        code().visitTypeInsn(Opcodes.CHECKCAST, type);
    }

    /** Jumps to where {@code target} will be placed. */
    void jump(int opcode, Label target) {
        code().visitJumpInsn(opcode, target);
        Object[] here = Arrays.copyOf(types, nextLocal);
        target.info = target.info instanceof Object[] others ? common(here, others) : here;
        reachable = opcode != Opcodes.GOTO;
    }

    /** Ends the method here. */
    void end() {
        code().visitInsn(Opcodes.RETURN);
        reachable = false;
    }

    /** Places a label to which jumps lead; nothing is on the stack. */
    void place(Label label) {
        place(label, null);
    }

    /** Places a label to which jumps lead, with something of the type {@code onStack} alone on the stack. */
    void place(Label label, @Nullable Object onStack) {
        Object[] there = (Object[]) label.info;
        Object[] known = reachable ? common(there, types) : there;
        for (int local = 0; local < nextLocal; local++) {
            types[local] = local < known.length ? known[local] : Opcodes.TOP;
        }
        join(label, onStack);
    }

    /** Where to go on from, by {@link #again}; nothing is on the stack. */
    Label top() {
        Label top = new Label();
        join(top, null);
        return top;
    }

    /** Goes on from {@code top}: the variables that held something there still do. */
    void again(Label top) {
        code().visitJumpInsn(Opcodes.GOTO, top);
        reachable = false;
    }

    private void join(Label label, @Nullable Object onStack) {
        mv.visitLabel(label);
        reachable = true;
        joins = true;
        this.onStack = onStack;
    }

    /** What variables hold, whichever way one comes. */
    private static Object[] common(Object[] a, Object[] b) {
        Object[] common = Arrays.copyOf(a, Math.min(a.length, b.length));
        for (int local = 0; local < common.length; local++) {
            if (!common[local].equals(b[local])) {
                common[local] = Opcodes.TOP;
            }
        }
        return common;
    }

    /** For the next instruction: where ways join, the JVM wants to know what variables hold. */
    private MethodVisitor code() {
        if (joins) {
            joins = false;
            frame();
        }
        return mv;
    }

    private void frame() {
        Object[] locals = new Object[nextLocal];
        int count = 0;
        int used = 0;
        for (int local = 0; local < nextLocal; local++) {
            Object type = types[local];
            locals[count++] = type;
            if (type != Opcodes.TOP) {
                used = count;
            }
            if (type == Opcodes.LONG || type == Opcodes.DOUBLE) {
                local++;
            }
        }
        Object[] stack = onStack == null ? new Object[0] : new Object[]{onStack};
        mv.visitFrame(Opcodes.F_NEW, used, locals, stack.length, stack);
    }

    /** What follows belongs to line {@code line} of the listing. */
    void line(int line) {
        Label here = new Label();
        mv.visitLabel(here);
        mv.visitLineNumber(line, here);
    }
}
