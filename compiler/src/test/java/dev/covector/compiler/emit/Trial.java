package dev.covector.compiler.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Listing;
import dev.covector.compiler.loop.LoopPrinter;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Code;
import dev.covector.runtime.kernel.Frame;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.Scratch;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.util.CheckClassAdapter;

/**
 * A nest with its data, run in all flavours that this JVM has; each must leave what the direct evaluator
 * leaves.
 */
final class Trial {
    private static final boolean VECTOR =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    private final List<Dim> dims = new ArrayList<>();
    private final List<Integer> extents = new ArrayList<>();
    private final List<Object> buffers = new ArrayList<>();
    private double[] reals = {};
    private long[] integers = {};

    /** The flavours that can run here. */
    static List<Flavour> flavours() {
        return VECTOR
                ? List.of(Flavour.SCALAR, Flavour.vector(512), Flavour.vector(256), Flavour.vector(128))
                : List.of(Flavour.SCALAR);
    }

    /** A named dimension of this trial's frame. */
    Dim dim(String name, int extent) {
        return dim(Dim.of(name), extent);
    }

    Dim dim(Dim dim, int extent) {
        dims.add(dim);
        extents.add(extent);
        return dim;
    }

    /** A buffer whose elements begin at some offset. */
    Access.Array.Slot slot(DType dtype, Object array) {
        buffers.add(array);
        return new Access.Array.Slot(buffers.size() - 1, dtype, "s" + (buffers.size() - 1));
    }

    Trial literals(double[] reals, long[] integers) {
        this.reals = reals;
        this.integers = integers;
        return this;
    }

    static Access at(Access.Array array, Position... positions) {
        return new Access(array, Dim.of(0),
                Arrays.stream(positions).map(position -> new Access.Term(Dim.of(1), position)).toList());
    }

    static Stmt.Loop lanes(Axis axis, int count, Stmt... body) {
        return new Stmt.Loop(axis, Bound.of(0), Bound.of(count), Stmt.Order.LANES, List.of(), List.of(body));
    }

    void check(Stmt... body) {
        check(0, 0, body);
    }

    /** Runs the statements as a nest for [from, to) in all flavours: buffers anywhere in their arrays, and at 0. */
    void check(int from, int to, Stmt... body) {
        Nest nest = new Nest("k0_trial", List.of(body));
        check(nest, from, to, 3);
        check(nest, from, to, 0);
    }

    private void check(Nest nest, int from, int to, int offset) {
        Scratch wantedScratch = scratch();
        Frame wanted = frame(offset);
        DirectEvaluator.run(nest, wanted, wantedScratch, dims, from, to);
        for (Flavour flavour : flavours()) {
            Frame frame = frame(offset);
            Scratch scratch = scratch();
            Code code = new Loader().load(emit(nest, flavour));
            code.run(0, frame, scratch, from, to);
            Supplier<String> where = () -> flavour + " of\n" + listing(nest).text();
            for (int b = 0; b < buffers.size(); b++) {
                assertSame(wanted.buffers[b], frame.buffers[b], "s" + b, where);
            }
            assertSame(wantedScratch.a, scratch.a, "a", where);
            assertSame(wantedScratch.b, scratch.b, "b", where);
            assertSame(wantedScratch.tile64, scratch.tile64, "tile64", where);
        }
    }

    /** Emits and checks the classes. */
    List<Emitter.ClassFile> emit(Nest nest, Flavour flavour) {
        return emit(List.of(nest), dims, flavour);
    }

    static List<Emitter.ClassFile> emit(List<Nest> nests, List<Dim> dims, Flavour flavour) {
        List<Emitter.ClassFile> files =
                Emitter.emit(new Emitter.Request("covector/trial/Train", "trial.kernels",
                        nests, dims, LoopPrinter.print(nests, List.of()), flavour));
        for (Emitter.ClassFile file : files) {
            StringWriter problems = new StringWriter();
            CheckClassAdapter.verify(new ClassReader(file.bytes()), Trial.class.getClassLoader(), false,
                    new PrintWriter(problems));
            assertEquals("", problems.toString(), () -> file.name() + " in " + flavour);
        }
        return files;
    }

    static Listing listing(Nest nest) {
        return LoopPrinter.print(List.of(nest), List.of());
    }

    /** Where a buffer begins, if not at 0, depends on its number. */
    private Frame frame(int firstOffset) {
        Frame frame = new Frame(buffers.size(), dims.size(), reals, integers, () -> Program.Notes.NONE);
        frame.seed = 42;
        frame.step = 7;
        for (int d = 0; d < extents.size(); d++) {
            frame.dims[d] = extents.get(d);
        }
        for (int b = 0; b < buffers.size(); b++) {
            // Each buffer lies in a larger array, whose other elements must stay.
            int length = Array.getLength(buffers.get(b));
            int offset = firstOffset == 0 ? 0 : firstOffset + b;
            Object array = Array.newInstance(buffers.get(b).getClass().componentType(), offset + length + 5);
            System.arraycopy(buffers.get(b), 0, array, offset, length);
            frame.buffers[b] = array;
            frame.offsets[b] = offset;
        }
        return frame;
    }

    private static Scratch scratch() {
        Scratch scratch = new Scratch();
        scratch.a = new float[600];
        scratch.b = new float[600];
        scratch.tile64 = new double[600];
        for (int i = 0; i < 600; i++) {
            scratch.b[i] = i * 0.5f - 9;
            scratch.tile64[i] = 100 - i;
        }
        scratch.aOffset = 12;
        scratch.bOffset = 24;
        scratch.matrix = 1;
        scratch.m0 = 12;
        scratch.m1 = 24;
        scratch.n0 = 32;
        scratch.n1 = 55;
        scratch.k0 = 3;
        scratch.k1 = 10;
        return scratch;
    }

    /** The same bits, except that a NaN is a NaN. */
    private static void assertSame(Object wanted, Object got, String name, Supplier<String> where) {
        int length = Array.getLength(wanted);
        for (int i = 0; i < length; i++) {
            int index = i;
            Object w = Array.get(wanted, i);
            Object g = Array.get(got, i);
            assertTrue(w.equals(g),
                    () -> name + "[" + index + "] is " + g + ", not " + w + ", in " + where.get());
        }
    }
}
