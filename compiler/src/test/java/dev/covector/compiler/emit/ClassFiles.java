package dev.covector.compiler.emit;

import java.util.concurrent.atomic.AtomicInteger;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What tests ask of class files. */
public final class ClassFiles {
    private ClassFiles() {}

    /** The bytes of code of the largest method. */
    public static int largestMethod(Emitter.ClassFile file) {
        AtomicInteger largest = new AtomicInteger();
        new ClassReader(file.bytes()).accept(new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
                    String[] exceptions) {
                ClassWriter copy = new ClassWriter(0);
                return new MethodVisitor(Opcodes.ASM9,
                        copy.visitMethod(access, name, descriptor, null, null)) {
                    @Override
                    public void visitMaxs(int maxStack, int maxLocals) {
                        Label end = new Label();
                        visitLabel(end);
                        super.visitMaxs(maxStack, maxLocals);
                        largest.accumulateAndGet(end.getOffset(), Math::max);
                    }
                };
            }
        }, ClassReader.SKIP_FRAMES);
        return largest.get();
    }
}
