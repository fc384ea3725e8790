package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Listing;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Stmt;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Emits the classes of one compiled function: a driver that implements
 * {@link dev.covector.runtime.kernel.Code} and dispatches to the nests, which are static methods of kernel
 * classes. The same request gives the same bytes.
 *
 * <p>Vector code is in the kernel classes only: the JVM can't verify it without the Vector API, and the
 * driver never needs to be verified together with it.
 */
public final class Emitter {
    /** HotSpot never compiles a method of more bytes than this. */
    public static final int METHOD_LIMIT = 8000;

    private static final String NEST_DESCRIPTOR =
            "(L" + Assembler.KERNEL + "Frame;L" + Assembler.KERNEL + "Scratch;II)V";
    /** An instruction adds at most one entry to the constant pool, and has at least 2 bytes if it does. */
    private static final int CLASS_LIMIT = 100_000;
    /** Each nest takes 14 bytes of its dispatcher. */
    private static final int NESTS_PER_DISPATCHER_BITS = 8;

    private static final System.Logger LOGGER = System.getLogger(Emitter.class.getName());

    private Emitter() {}

    /**
     * What to emit.
     *
     * @param className  the driver's, with slashes, such as {@code covector/mlp/Train}
     * @param sourceFile the name of the listing in stack traces, such as {@code mlp.train.kernels}
     * @param nests      by their number; names are unique
     * @param dims       {@code frame.dims[i]} holds the value of {@code dims.get(i)}; constants need not be
     *                in it
     * @param listing    the printed nests, for the line tables
     */
    public record Request(String className, String sourceFile, List<Nest> nests, List<Dim> dims,
            Listing listing,
            Flavour flavour) {
        public Request {
            nests = List.copyOf(nests);
            dims = List.copyOf(dims);
        }
    }

    /** A class file, and its name with slashes. */
    public record ClassFile(String name, byte[] bytes) {}

    /**
     * The classes of the function; the first is the driver, with a public constructor without parameters.
     *
     * @throws IllegalStateException if a nest is not well-formed, or too large for one method
     */
    public static List<ClassFile> emit(Request request) {
        List<String> owners = new ArrayList<>();
        List<ClassFile> kernels = kernels(request, owners);
        List<ClassFile> files = new ArrayList<>();
        files.add(driver(request, owners));
        files.addAll(kernels);
        return files;
    }

    /** The kernel classes; {@code owners} becomes the class of each nest. */
    private static List<ClassFile> kernels(Request request, List<String> owners) {
        List<ClassFile> files = new ArrayList<>();
        int next = 0;
        do {
            String name = request.className() + "$Kernels" + (files.isEmpty() ? "" : files.size() + 1);
            ClassWriter writer = start(request, name, "java/lang/Object");
            int size = 0;
            while (next < request.nests().size()) {
                Nest nest = request.nests().get(next);
                Flavour flavour = flavourThatFits(request, nest);
                int code = size(request, nest, flavour);
                if (size > 0 && size + code > CLASS_LIMIT) {
                    break;
                }
                size += code;
                nest(writer, request, nest, flavour);
                owners.add(name);
                next++;
            }
            writer.visitEnd();
            files.add(new ClassFile(name, writer.toByteArray()));
        } while (next < request.nests().size());
        return files;
    }

    /**
     * Vectors take more bytes a value than scalars: where they are too large for a method, scalars may not
     * be.
     */
    private static Flavour flavourThatFits(Request request, Nest nest) {
        Flavour flavour = request.flavour();
        int size = size(request, nest, flavour);
        if (size >= METHOD_LIMIT && flavour.vector()) {
            LOGGER.log(System.Logger.Level.WARNING,
                    "{0} of {1} is compiled without vectors, and slower: its vector"
                            + " code takes {2,number,#} bytes, and HotSpot compiles methods below {3,number,#}",
                    nest.name(),
                    request.sourceFile(), size, METHOD_LIMIT);
            flavour = Flavour.SCALAR;
            size = size(request, nest, flavour);
        }
        if (size >= METHOD_LIMIT) {
            throw new IllegalStateException("the nest " + nest.name() + " takes " + size
                    + " bytes of code; HotSpot compiles methods below " + METHOD_LIMIT);
        }
        return flavour;
    }

    private static int size(Request request, Nest nest, Flavour flavour) {
        return nest(new ClassWriter(0), request, nest, flavour);
    }

    /** Emits a nest's method; returns the bytes of its code. */
    private static int nest(ClassWriter writer, Request request, Nest nest, Flavour flavour) {
        Map<Stmt, Integer> lines = request.listing().line();
        MethodVisitor method =
                writer.visitMethod(Opcodes.ACC_STATIC, nest.name(), NEST_DESCRIPTOR, null, null);
        method.visitCode();
        try {
            NestEmitter.emit(method, nest, request.dims(), lines, flavour);
        } catch (IllegalStateException e) {
            throw new IllegalStateException("in the nest " + nest.name() + ": " + e.getMessage(), e);
        }
        return end(method);
    }

    private static int end(MethodVisitor method) {
        Label end = new Label();
        method.visitLabel(end);
        method.visitMaxs(0, 0);
        method.visitEnd();
        return end.getOffset();
    }

    private static ClassWriter start(Request request, String name, String superName, String... interfaces) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
            @Override
            protected String getCommonSuperClass(String type1, String type2) {
                // Only of variables that are free again: no class needs to be loaded to find out.
                return "java/lang/Object";
            }
        };
        writer.visit(Opcodes.V21, Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER, name, null,
                superName,
                interfaces);
        writer.visitSource(request.sourceFile(), null);
        return writer;
    }

    private static ClassFile driver(Request request, List<String> owners) {
        ClassWriter writer =
                start(request, request.className(), "java/lang/Object", Assembler.KERNEL + "Code");
        MethodVisitor constructor = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
        constructor.visitCode();
        constructor.visitVarInsn(Opcodes.ALOAD, 0);
        constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        constructor.visitInsn(Opcodes.RETURN);
        end(constructor);
        int bits = NESTS_PER_DISPATCHER_BITS;
        String descriptor = "(I" + NEST_DESCRIPTOR.substring(1);
        MethodVisitor run = writer.visitMethod(Opcodes.ACC_PUBLIC, "run", descriptor, null, null);
        int count = owners.size();
        if (count <= 1 << bits) {
            dispatch(run, 1, 0, count, 0, n -> call(run, 2, owners.get(n), request.nests().get(n).name()));
        } else {
            int parts = (count + (1 << bits) - 1) >> bits;
            dispatch(run, 1, 0, parts, bits, part -> {
                run.visitVarInsn(Opcodes.ILOAD, 1);
                pushArguments(run, 2);
                run.visitMethodInsn(Opcodes.INVOKESTATIC, request.className(), "run" + part, descriptor,
                        false);
            });
            for (int part = 0; part < parts; part++) {
                MethodVisitor method =
                        writer.visitMethod(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC, "run" + part,
                                descriptor, null, null);
                int first = part << bits;
                dispatch(method, 0, first, Math.min(count - first, 1 << bits), 0,
                        n -> call(method, 1, owners.get(n), request.nests().get(n).name()));
            }
        }
        writer.visitEnd();
        return new ClassFile(request.className(), writer.toByteArray());
    }

    /** Emits {@code switch (nest >>> shift)} with the cases [first, first + count). */
    private static void dispatch(MethodVisitor method, int nestLocal, int first, int count, int shift,
            IntConsumer emitCase) {
        method.visitCode();
        Label otherwise = new Label();
        Label[] cases = new Label[count];
        for (int n = 0; n < count; n++) {
            cases[n] = new Label();
        }
        method.visitVarInsn(Opcodes.ILOAD, nestLocal);
        if (shift > 0) {
            method.visitIntInsn(Opcodes.BIPUSH, shift);
            method.visitInsn(Opcodes.IUSHR);
        }
        if (count == 0) {
            method.visitInsn(Opcodes.POP);
        } else {
            method.visitTableSwitchInsn(first, first + count - 1, otherwise, cases);
        }
        for (int n = 0; n < count; n++) {
            method.visitLabel(cases[n]);
            emitCase.accept(first + n);
            method.visitInsn(Opcodes.RETURN);
        }
        method.visitLabel(otherwise);
        String exception = "java/lang/IndexOutOfBoundsException";
        method.visitTypeInsn(Opcodes.NEW, exception);
        method.visitInsn(Opcodes.DUP);
        method.visitVarInsn(Opcodes.ILOAD, nestLocal);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, exception, "<init>", "(I)V", false);
        method.visitInsn(Opcodes.ATHROW);
        int size = end(method);
        if (size >= METHOD_LIMIT) {
            throw new IllegalStateException(
                    "a dispatcher of " + count + " nests takes " + size + " bytes of code");
        }
    }

    private static void call(MethodVisitor method, int frameLocal, String owner, String nest) {
        pushArguments(method, frameLocal);
        method.visitMethodInsn(Opcodes.INVOKESTATIC, owner, nest, NEST_DESCRIPTOR, false);
    }

    /** Frame, scratch, from, to. */
    private static void pushArguments(MethodVisitor method, int frameLocal) {
        method.visitVarInsn(Opcodes.ALOAD, frameLocal);
        method.visitVarInsn(Opcodes.ALOAD, frameLocal + 1);
        method.visitVarInsn(Opcodes.ILOAD, frameLocal + 2);
        method.visitVarInsn(Opcodes.ILOAD, frameLocal + 3);
    }
}
