package dev.covector.compiler.emit;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Emits the class that an artifact is reached by, a {@link dev.covector.runtime.kernel.CompiledCode}: it opens the file
 * with the program's data, and makes the driver of each function, all by names that are constants.
 */
public final class CodeTable {
    private static final String SUPER = Assembler.KERNEL + "CompiledCode";
    private static final String CODE = "L" + Assembler.KERNEL + "Code;";

    private CodeTable() {}

    /**
     * The class, visible in its package only.
     *
     * @param className with slashes
     * @param dataFile  the name of the file beside it
     * @param scalar    the driver of each function, with slashes
     * @param vector    the same for each width of vectors
     */
    public static Emitter.ClassFile emit(String className, String dataFile, List<String> scalar,
            SortedMap<Integer, List<String>> vector) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(Opcodes.V21, Opcodes.ACC_FINAL | Opcodes.ACC_SUPER, className, null, SUPER, null);
        MethodVisitor constructor = writer.visitMethod(0, "<init>", "()V", null, null);
        constructor.visitCode();
        constructor.visitVarInsn(Opcodes.ALOAD, 0);
        constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, SUPER, "<init>", "()V", false);
        end(constructor, Opcodes.RETURN);
        open(writer, className, dataFile);
        readsVectors(writer, className);
        drivers(writer.visitMethod(Opcodes.ACC_PROTECTED, "scalar", "(I)" + CODE, null, null), 1, scalar);
        for (Map.Entry<Integer, List<String>> width : vector.entrySet()) {
            String name = "vector" + width.getKey();
            drivers(writer.visitMethod(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC, name, "(I)" + CODE, null,
                    null),
                    0, width.getValue());
        }
        vector(writer, className, vector.keySet().stream().mapToInt(Integer::intValue).toArray());
        writer.visitEnd();
        return new Emitter.ClassFile(className, writer.toByteArray());
    }

    private static void open(ClassWriter writer, String className, String dataFile) {
        MethodVisitor method =
                writer.visitMethod(Opcodes.ACC_PROTECTED, "open", "()Ljava/io/InputStream;", null, null);
        method.visitCode();
        method.visitLdcInsn(Type.getObjectType(className));
        method.visitLdcInsn(dataFile);
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/Class", "getResourceAsStream",
                "(Ljava/lang/String;)Ljava/io/InputStream;", false);
        end(method, Opcodes.ARETURN);
    }

    private static void readsVectors(ClassWriter writer, String className) {
        String module = "Ljava/lang/Module;";
        MethodVisitor method =
                writer.visitMethod(Opcodes.ACC_PROTECTED, "readsVectors", "(" + module + ")V", null, null);
        method.visitCode();
        method.visitLdcInsn(Type.getObjectType(className));
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/Class", "getModule", "()" + module, false);
        method.visitVarInsn(Opcodes.ALOAD, 1);
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/Module", "addReads",
                "(" + module + ")" + module, false);
        method.visitInsn(Opcodes.POP);
        end(method, Opcodes.RETURN);
    }

    /** {@code switch (function) { case 0: return new …; … }}. */
    private static void drivers(MethodVisitor method, int functionLocal, List<String> drivers) {
        if (drivers.isEmpty()) {
            method.visitCode();
            method.visitInsn(Opcodes.ACONST_NULL);
            end(method, Opcodes.ARETURN);
            return;
        }
        Label[] cases = new Label[drivers.size()];
        for (int i = 0; i < cases.length; i++) {
            cases[i] = new Label();
        }
        Label none = new Label();
        method.visitCode();
        method.visitVarInsn(Opcodes.ILOAD, functionLocal);
        method.visitTableSwitchInsn(0, cases.length - 1, none, cases);
        for (int i = 0; i < cases.length; i++) {
            method.visitLabel(cases[i]);
            method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            method.visitTypeInsn(Opcodes.NEW, drivers.get(i));
            method.visitInsn(Opcodes.DUP);
            method.visitMethodInsn(Opcodes.INVOKESPECIAL, drivers.get(i), "<init>", "()V", false);
            method.visitInsn(Opcodes.ARETURN);
        }
        method.visitLabel(none);
        method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        method.visitInsn(Opcodes.ACONST_NULL);
        end(method, Opcodes.ARETURN);
    }

    /** {@code switch (bits) { case 128: return vector128(function); … default: return null; }}. */
    private static void vector(ClassWriter writer, String className, int[] widths) {
        MethodVisitor method = writer.visitMethod(Opcodes.ACC_PROTECTED, "vector", "(II)" + CODE, null, null);
        Label[] cases = new Label[widths.length];
        for (int i = 0; i < cases.length; i++) {
            cases[i] = new Label();
        }
        Label none = new Label();
        method.visitCode();
        method.visitVarInsn(Opcodes.ILOAD, 2);
        method.visitLookupSwitchInsn(none, widths, cases);
        for (int i = 0; i < cases.length; i++) {
            method.visitLabel(cases[i]);
            method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            method.visitVarInsn(Opcodes.ILOAD, 1);
            method.visitMethodInsn(Opcodes.INVOKESTATIC, className, "vector" + widths[i], "(I)" + CODE,
                    false);
            method.visitInsn(Opcodes.ARETURN);
        }
        method.visitLabel(none);
        method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        method.visitInsn(Opcodes.ACONST_NULL);
        end(method, Opcodes.ARETURN);
    }

    private static void end(MethodVisitor method, int opcode) {
        method.visitInsn(opcode);
        method.visitMaxs(0, 0);
        method.visitEnd();
    }
}
