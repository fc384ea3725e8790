package dev.covector.compiler.emit;

import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Adds up what the instructions of a method take, without writing them. Where that depends on the rest of the class, it
 * is the most that it can be. Knows the instructions that {@link Assembler} has.
 */
final class CodeSize extends MethodVisitor {
    private int bytes;

    CodeSize() {
        super(Opcodes.ASM9);
    }

    int bytes() {
        return bytes;
    }

    /** The lanes of wider vectors are a larger number, which is no longer part of the instruction. */
    @Override
    public void visitInsn(int opcode) {
        bytes += opcode >= Opcodes.ICONST_2 && opcode <= Opcodes.ICONST_5 ? 2 : 1;
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
        bytes += opcode == Opcodes.SIPUSH ? 3 : 2;
    }

    @Override
    public void visitVarInsn(int opcode, int local) {
        bytes += local < 4 ? 1 : local < 256 ? 2 : 4;
    }

    @Override
    public void visitIincInsn(int local, int by) {
        bytes += local < 256 && by == (byte) by ? 3 : 6;
    }

    @Override
    public void visitLdcInsn(Object value) {
        bytes += 3;
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        bytes += 3;
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        bytes += 3;
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor,
            boolean isInterface) {
        bytes += opcode == Opcodes.INVOKEINTERFACE ? 5 : 3;
    }

    /** Methods are too small for a wide jump. */
    @Override
    public void visitJumpInsn(int opcode, Label target) {
        bytes += 3;
    }

    @Override
    public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap,
            Object... arguments) {
        throw unknown("invokedynamic");
    }

    @Override
    public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... labels) {
        throw unknown("tableswitch");
    }

    @Override
    public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] labels) {
        throw unknown("lookupswitch");
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
        throw unknown("multianewarray");
    }

    private static IllegalStateException unknown(String instruction) {
        return new IllegalStateException("in a nest: " + instruction);
    }
}
