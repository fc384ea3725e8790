package dev.covector.compiler.emit;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.util.Textifier;
import org.objectweb.asm.util.TraceClassVisitor;
import org.objectweb.asm.util.TraceMethodVisitor;

/** A function's classes as text. */
public final class Disassembly {
    private Disassembly() {}

    /** All of them, for dumps. */
    public static String classes(List<Emitter.ClassFile> files) {
        StringWriter text = new StringWriter();
        for (Emitter.ClassFile file : files) {
            PrintWriter writer = new PrintWriter(text);
            new ClassReader(file.bytes()).accept(new TraceClassVisitor(null, new Textifier(), writer), 0);
            writer.flush();
        }
        return text.toString();
    }

    /** The instructions of each method by its name, which is a nest's for all but the driver's; of equals, the first. */
    public static Map<String, String> methods(List<Emitter.ClassFile> files) {
        Map<String, String> methods = new LinkedHashMap<>();
        for (Emitter.ClassFile file : files) {
            new ClassReader(file.bytes()).accept(new ClassVisitor(Opcodes.ASM9) {
                @Override
                public MethodVisitor visitMethod(int access, String name, String descriptor,
                        @Nullable String signature, String @Nullable [] exceptions) {
                    Textifier text = new Textifier(Opcodes.ASM9) {
                        @Override
                        public void visitMethodEnd() {
                            StringWriter out = new StringWriter();
                            PrintWriter writer = new PrintWriter(out);
                            print(writer);
                            writer.flush();
                            methods.putIfAbsent(name, out.toString());
                        }
                    };
                    return new TraceMethodVisitor(text);
                }
            }, 0);
        }
        return methods;
    }
}
