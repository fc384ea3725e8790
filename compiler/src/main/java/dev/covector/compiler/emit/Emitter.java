package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Listing;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Stmt;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
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
    private static final String WHOLE = "whole";
    /** Ends the name of the method for a nest's wide groups. */
    private static final String GROUPS = "_groups";
    private static final String DISPATCHER_DESCRIPTOR = "(I" + NEST_DESCRIPTOR.substring(1);
    /** An instruction adds at most one entry to the constant pool, and has at least 2 bytes if it does. */
    private static final int CLASS_LIMIT = 100_000 - METHOD_LIMIT;
    /** Each nest takes 14 bytes of its dispatcher, each dispatcher 15 bytes of theirs. */
    private static final int NESTS_PER_DISPATCHER_BITS = 9;
    /** Each nest takes 3 entries of the constant pool of its dispatcher's class. */
    private static final int DISPATCHERS_PER_CLASS_BITS = 5;

    private Emitter() {}

    /**
     * What to emit.
     *
     * @param className  the driver's, with slashes, such as {@code covector/mlp/Train}
     * @param sourceFile the name of the listing's first page in stack traces, such as {@code train.kernels}
     * @param nests      by their number; names are unique
     * @param dims       {@code frame.dims[i]} holds the value of {@code dims.get(i)}; constants need not be
     *                in it
     * @param listing    the printed nests, for the line tables
     * @param whole      what one further nest runs, one after the other; none if there is no such nest
     */
    public record Request(String className, String sourceFile, List<Nest> nests, List<Dim> dims,
            Listing listing, List<Run> whole, Flavour flavour) {
        public Request {
            nests = List.copyOf(nests);
            dims = List.copyOf(dims);
            whole = List.copyOf(whole);
        }

        /** Without such a nest. */
        public Request(String className, String sourceFile, List<Nest> nests, List<Dim> dims, Listing listing,
                Flavour flavour) {
            this(className, sourceFile, nests, dims, listing, List.of(), flavour);
        }
    }

    /** Nest {@code nest} for all of its indices. */
    public record Run(int nest, int extent) {}

    /** A class file, and its name with slashes; equal to others of the same bytes. */
    public record ClassFile(String name, byte[] bytes) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ClassFile(String otherName, byte[] otherBytes) && name.equals(otherName)
                    && Arrays.equals(bytes, otherBytes);
        }

        @Override
        public int hashCode() {
            CRC32C sum = new CRC32C();
            sum.update(bytes);
            return (int) sum.getValue();
        }
    }

    /**
     * The classes of the function; the first is the driver, with a public constructor without parameters.
     *
     * @throws IllegalStateException if a nest is not well-formed, or too large for one method
     */
    public static List<ClassFile> emit(Request request) {
        List<String> owners = new ArrayList<>();
        List<ClassFile> kernels = kernels(request, owners);
        List<ClassFile> files = new ArrayList<>();
        files.addAll(drivers(request, owners));
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
            List<Integer> page = request.listing().page();
            int first = page.isEmpty() ? 0 : page.get(next);
            writer.visitSource(Listing.file(request.sourceFile(), first), null);
            for (int size = 0; next < page.size() && size < CLASS_LIMIT && page.get(next) == first; next++) {
                size += nest(writer, name, request, request.nests().get(next));
                owners.add(name);
            }
            writer.visitEnd();
            files.add(new ClassFile(name, writer.toByteArray()));
        } while (next < request.nests().size());
        return files;
    }

    /** Emits a nest's methods; returns the bytes of their code. */
    private static int nest(ClassWriter writer, String owner, Request request, Nest nest) {
        Flavour flavour = request.flavour();
        Map<Stmt, Integer> lines = request.listing().line();
        Uses uses = new Uses(nest, flavour);
        WideGroups wide = WideGroups.of(nest, uses, flavour);
        if (wide == null) {
            return method(writer, nest.name(),
                    method -> NestEmitter.emit(method, nest, uses, request.dims(), lines, flavour));
        }
        String groups = nest.name() + GROUPS;
        return method(writer, groups,
                method -> NestEmitter.emitGroups(wide, method, nest, uses, request.dims(), lines, flavour))
                + method(writer, nest.name(), method -> {
                    tell(method, wide.sample());
                    call(method, 0, owner, groups);
                    skip(method, wide.indices());
                    NestEmitter.emit(method, nest, uses, request.dims(), lines, flavour);
                });
    }

    /** Tells whoever tries the nest how many indices show what it takes. */
    private static void tell(MethodVisitor method, int sample) {
        method.visitVarInsn(Opcodes.ALOAD, 1);
        method.visitLdcInsn(sample);
        method.visitFieldInsn(Opcodes.PUTFIELD, Assembler.KERNEL + "Scratch", "sample", "I");
    }

    /** Has the range, of the variables 2 and 3, begin where its last whole group of {@code size}, a power of two, ends. */
    private static void skip(MethodVisitor method, int size) {
        method.visitVarInsn(Opcodes.ILOAD, 2);
        method.visitVarInsn(Opcodes.ILOAD, 3);
        method.visitVarInsn(Opcodes.ILOAD, 2);
        method.visitInsn(Opcodes.ISUB);
        method.visitLdcInsn(-size);
        method.visitInsn(Opcodes.IAND);
        method.visitInsn(Opcodes.IADD);
        method.visitVarInsn(Opcodes.ISTORE, 2);
    }

    private static int method(ClassWriter writer, String name, Consumer<MethodVisitor> body) {
        MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, name, NEST_DESCRIPTOR, null, null);
        method.visitCode();
        try {
            body.accept(method);
        } catch (IllegalStateException e) {
            throw new IllegalStateException("in the nest " + name + ": " + e.getMessage(), e);
        }
        return end(method, "the nest " + name);
    }

    private static int size(MethodVisitor method) {
        Label end = new Label();
        method.visitLabel(end);
        return end.getOffset();
    }

    /** Ends a method; returns the bytes of its code. */
    private static int end(MethodVisitor method, String what) {
        int size = size(method);
        if (size >= METHOD_LIMIT) {
            throw new IllegalStateException(what + " takes " + size
                    + " bytes of code; HotSpot compiles methods below " + METHOD_LIMIT);
        }
        method.visitMaxs(0, 0);
        method.visitEnd();
        return size;
    }

    private static ClassWriter start(Request request, String name, String superName, String... interfaces) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(Opcodes.V21, Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER, name, null,
                superName,
                interfaces);
        writer.visitSource(request.sourceFile(), null);
        return writer;
    }

    /** The driver, and classes of dispatchers if one is not enough. */
    private static List<ClassFile> drivers(Request request, List<String> owners) {
        List<ClassFile> files = new ArrayList<>();
        ClassWriter writer =
                start(request, request.className(), "java/lang/Object", Assembler.KERNEL + "Code");
        MethodVisitor constructor = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
        constructor.visitCode();
        constructor.visitVarInsn(Opcodes.ALOAD, 0);
        constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        constructor.visitInsn(Opcodes.RETURN);
        end(constructor, "the constructor");
        if (!request.whole().isEmpty()) {
            whole(writer, request, owners);
        }
        MethodVisitor run = writer.visitMethod(Opcodes.ACC_PUBLIC, "run", DISPATCHER_DESCRIPTOR, null, null);
        int bits = NESTS_PER_DISPATCHER_BITS;
        int count = owners.size();
        if (!request.whole().isEmpty()) {
            // Its nests are run through it alone.
            dispatch(run, 1, count, 1, 0, n -> call(run, 2, request.className(), WHOLE));
        } else if (count <= 1 << bits) {
            dispatch(run, 1, 0, count, 0, n -> call(run, 2, owners.get(n), request.nests().get(n).name()));
        } else {
            dispatch(run, 1, 0, parts(count, bits), bits, part -> {
                run.visitVarInsn(Opcodes.ILOAD, 1);
                pushArguments(run, 2);
                run.visitMethodInsn(Opcodes.INVOKESTATIC, dispatchers(request, part), "run" + part,
                        DISPATCHER_DESCRIPTOR, false);
            });
        }
        writer.visitEnd();
        files.add(new ClassFile(request.className(), writer.toByteArray()));
        int perClass = 1 << (bits + DISPATCHERS_PER_CLASS_BITS);
        for (int from = 0; request.whole().isEmpty() && count > 1 << bits && from < count; from += perClass) {
            files.add(dispatchers(request, owners, from, Math.min(count, from + perClass)));
        }
        return files;
    }

    /** The nest of index 0 that runs other nests for all of theirs, and for no index, the others for none. */
    private static void whole(ClassWriter writer, Request request, List<String> owners) {
        MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, WHOLE, NEST_DESCRIPTOR, null, null);
        method.visitCode();
        for (Run run : request.whole()) {
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitVarInsn(Opcodes.ALOAD, 1);
            for (int bound = 2; bound <= 3; bound++) {
                method.visitVarInsn(Opcodes.ILOAD, bound);
                method.visitLdcInsn(run.extent());
                method.visitInsn(Opcodes.IMUL);
            }
            method.visitMethodInsn(Opcodes.INVOKESTATIC, owners.get(run.nest()),
                    request.nests().get(run.nest()).name(), NEST_DESCRIPTOR, false);
        }
        method.visitInsn(Opcodes.RETURN);
        end(method, "the nest that runs all others");
    }

    private static int parts(int count, int bits) {
        return (count + (1 << bits) - 1) >> bits;
    }

    /** The class of a dispatcher. */
    private static String dispatchers(Request request, int part) {
        return request.className() + "$Dispatchers" + (part >> DISPATCHERS_PER_CLASS_BITS);
    }

    /** The dispatchers of the nests [from, to). */
    private static ClassFile dispatchers(Request request, List<String> owners, int from, int to) {
        int bits = NESTS_PER_DISPATCHER_BITS;
        String name = dispatchers(request, from >> bits);
        ClassWriter writer = start(request, name, "java/lang/Object");
        for (int first = from; first < to; first += 1 << bits) {
            MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, "run" + (first >> bits),
                    DISPATCHER_DESCRIPTOR, null, null);
            dispatch(method, 0, first, Math.min(to - first, 1 << bits), 0,
                    n -> call(method, 1, owners.get(n), request.nests().get(n).name()));
        }
        writer.visitEnd();
        return new ClassFile(name, writer.toByteArray());
    }

    /**
     * Emits {@code switch (nest >>> shift)} with the cases [first, first + count). A single nest takes a comparison, so that the
     * method has less than 35 bytes, and HotSpot inlines it into its caller also where that has not been called often.
     */
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
        } else if (count == 1 && first == 0) {
            method.visitJumpInsn(Opcodes.IFNE, otherwise);
        } else {
            method.visitTableSwitchInsn(first, first + count - 1, otherwise, cases);
        }
        for (int n = 0; n < count; n++) {
            if (count > 1 || first > 0) {
                method.visitLabel(cases[n]);
                method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            }
            emitCase.accept(first + n);
            method.visitInsn(Opcodes.RETURN);
        }
        method.visitLabel(otherwise);
        method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        String exception = "java/lang/IndexOutOfBoundsException";
        method.visitTypeInsn(Opcodes.NEW, exception);
        method.visitInsn(Opcodes.DUP);
        method.visitVarInsn(Opcodes.ILOAD, nestLocal);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, exception, "<init>", "(I)V", false);
        method.visitInsn(Opcodes.ATHROW);
        end(method, "a dispatcher of " + count + " nests");
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
