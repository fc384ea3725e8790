package dev.covector.compiler.emit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Access.Term;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Listing;
import dev.covector.compiler.loop.LoopPrinter;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.runtime.CallException;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Code;
import dev.covector.runtime.kernel.Frame;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.Scratch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EmitterTest {
    private static final Access.Array.Slot INDICES = new Access.Array.Slot(0, DType.INT32, "index");
    private static final Access.Array.Slot OUT = new Access.Array.Slot(1, DType.INT32, "out");

    /** Copies an index after checking it, and adds {@code n} to it. */
    private static Nest nest(int n) {
        Axis i = new Axis("i");
        Value index = new Value.Load(DType.INT32, Trial.at(INDICES, i));
        Value checked =
                new Value.Checked(index, Dim.of("rows"), 0);
        Value sum = new Value.Binary(DType.INT32, Value.BinaryOp.ADD, checked,
                new Value.Constant(DType.INT32, n));
        return new Nest("k" + n + "_gather", List.of(new Stmt.Loop(i, Bound.Param.FROM, Bound.Param.TO,
                Stmt.Order.LANES, List.of(),
                List.of(new Stmt.Let(index), new Stmt.Let(checked), new Stmt.Let(sum),
                        new Stmt.Store(Trial.at(OUT, i), sum)))));
    }

    private static List<Nest> nests(int count) {
        List<Nest> nests = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            nests.add(nest(n));
        }
        return nests;
    }

    private static Frame frame(int... indices) {
        Frame frame = new Frame(2, 1, new double[0], new long[0],
                () -> new Program.Notes(List.of("gather (Mlp.java:12)"), List.of()));
        frame.buffers[0] = indices;
        frame.buffers[1] = new int[indices.length];
        frame.dims[0] = 5;
        return frame;
    }

    @Test
    void stackTracesPointIntoTheListing() {
        for (Flavour flavour : Trial.flavours()) {
            Code code = new Loader().load(Trial.emit(nests(2), List.of(Dim.of("rows")), flavour));
            CallException e = assertThrows(CallException.class,
                    () -> code.run(1, frame(4, 0, 5), new Scratch(), 0, 3));
            assertEquals("gather (Mlp.java:12): index 5 is not within [0, 5)", e.getMessage());
            StackTraceElement frame = List.of(e.getStackTrace()).stream()
                    .filter(element -> element.getMethodName().equals("k1_gather")).findFirst().orElseThrow();
            assertEquals("trial.kernels", frame.getFileName());
            String line =
                    LoopPrinter.print(nests(2), List.of()).text().split("\n", -1)[frame.getLineNumber() - 1];
            assertEquals("        v1 = checked(v0, rows)", line);
        }
    }

    @Test
    void divisionByZeroIsAnErrorOfTheCall() {
        for (Value.BinaryOp op : List.of(Value.BinaryOp.DIV, Value.BinaryOp.REM)) {
            Axis i = new Axis("i");
            Value x = new Value.Load(DType.INT32, Trial.at(INDICES, i));
            Value y = new Value.Binary(DType.INT32, op, new Value.Constant(DType.INT32, 7), x);
            Nest nest = new Nest("k0", List.of(Trial.lanes(i, 2, new Stmt.Let(x), new Stmt.Let(y),
                    new Stmt.Store(Trial.at(OUT, i), y))));
            for (Flavour flavour : Trial.flavours()) {
                Code code = new Loader().load(Trial.emit(List.of(nest), List.of(), flavour));
                CallException e = assertThrows(CallException.class,
                        () -> code.run(0, frame(3, 0), new Scratch(), 0, 0));
                assertTrue(String.valueOf(e.getMessage()).startsWith("integer division by zero: 7 "),
                        e::toString);
            }
        }
    }

    /** Several kernel classes, more dispatchers than one class holds, and more lines than a line table can name. */
    @Test
    void manyNests() {
        List<Nest> nests = nests(17_000);
        List<Emitter.ClassFile> files =
                Emitter.emit(new Emitter.Request("covector/Trial", "trial.kernels", nests,
                        List.of(Dim.of("rows")), LoopPrinter.print(nests, List.of()), Flavour.SCALAR));
        assertTrue(files.stream().anyMatch(file -> file.name().endsWith("$Dispatchers1")));
        Code code = new Loader().load(files);
        for (int n : new int[]{0, 511, 512, 16_383, 16_384, 16_999}) {
            Frame frame = frame(1, 2);
            code.run(n, frame, new Scratch(), 0, 2);
            assertArrayEquals(new int[]{n + 1, n + 2}, (int[]) frame.buffers[1], () -> "nest " + n);
        }
        CallException e = assertThrows(CallException.class,
                () -> code.run(16_999, frame(5), new Scratch(), 0, 1));
        StackTraceElement last = List.of(e.getStackTrace()).stream()
                .filter(element -> element.getMethodName().equals("k16999_gather")).findFirst().orElseThrow();
        Listing listing = LoopPrinter.print(nests, List.of());
        assertEquals(Listing.file("trial.kernels", listing.pages().size() - 1), last.getFileName());
        assertEquals("        v1 = checked(v0, rows)",
                listing.pages().getLast().split("\n", -1)[last.getLineNumber() - 1]);
        assertThrows(IndexOutOfBoundsException.class,
                () -> code.run(17_000, frame(1), new Scratch(), 0, 1));
        for (Emitter.ClassFile file : files) {
            assertTrue(ClassFiles.largestMethod(file) < Emitter.METHOD_LIMIT, file.name());
        }
    }

    /** What is said to fit does so in all flavours, and what is too large is refused. */
    @Test
    void largeNests() {
        int largest = 0;
        for (int length = 1; length < 700; length += 1 + length / 4) {
            if (new NestSizes().of(chain(length)) < Emitter.METHOD_LIMIT) {
                largest = length;
                for (Flavour flavour : Trial.flavours()) {
                    for (Emitter.ClassFile file : Trial.emit(List.of(chain(length)), List.of(), flavour)) {
                        assertTrue(ClassFiles.largestMethod(file) < Emitter.METHOD_LIMIT, file.name());
                    }
                }
            }
        }
        assertTrue(largest > 100, "a nest of " + largest + " roots fits, no longer one");
        assertTrue(new NestSizes().of(chain(1200)) >= Emitter.METHOD_LIMIT);
        for (Flavour flavour : Trial.flavours()) {
            IllegalStateException e = assertThrows(IllegalStateException.class,
                    () -> Trial.emit(List.of(chain(1200)), List.of(), flavour));
            assertTrue(String.valueOf(e.getMessage()).startsWith("the nest k0_chain takes "), e::toString);
        }
    }

    private static Nest chain(int length) {
        Axis i = new Axis("i");
        Access.Array.Slot x = new Access.Array.Slot(0, DType.FLOAT32, "x");
        List<Stmt> body = new ArrayList<>();
        Value value = new Value.Load(DType.FLOAT32, Trial.at(x, i));
        body.add(new Stmt.Let(value));
        for (int n = 0; n < length; n++) {
            value = new Value.Unary(DType.FLOAT32, Value.UnaryOp.SQRT, value);
            body.add(new Stmt.Let(value));
        }
        body.add(new Stmt.Store(Trial.at(x, i), value));
        return new Nest("k0_chain", List.of(Trial.lanes(i, 9, body.toArray(new Stmt[0]))));
    }

    @Test
    void sameRequestGivesTheSameBytes() {
        for (Flavour flavour : Trial.flavours()) {
            List<Emitter.ClassFile> first = Trial.emit(nests(40), List.of(Dim.of("rows")), flavour);
            List<Emitter.ClassFile> second = Trial.emit(nests(40), List.of(Dim.of("rows")), flavour);
            assertEquals(first.size(), second.size());
            for (int f = 0; f < first.size(); f++) {
                assertArrayEquals(first.get(f).bytes(), second.get(f).bytes(), first.get(f).name());
            }
        }
    }

    /** Vector code can't be verified without the Vector API: the driver and scalar code must not name it. */
    @Test
    void onlyVectorKernelsNameTheVectorApi() {
        Access.Array.Slot x = new Access.Array.Slot(0, DType.FLOAT32, "x");
        Nest nest = new Nest("k0_softmax", List.of(Softmax.rows(DType.FLOAT32, x, x, Dim.of(10))));
        Emitter.Request scalar = new Emitter.Request("a/B", "b.kernels", List.of(nest), List.of(),
                LoopPrinter.print(List.of(nest), List.of()), Flavour.SCALAR);
        Emitter.Request vector = new Emitter.Request("a/B", "b.kernels", List.of(nest), List.of(),
                LoopPrinter.print(List.of(nest), List.of()), Flavour.vector(256));
        assertEquals(List.of(false, false),
                Emitter.emit(scalar).stream().map(EmitterTest::namesVectorApi).toList());
        assertEquals(List.of(false, true),
                Emitter.emit(vector).stream().map(EmitterTest::namesVectorApi).toList());
    }

    private static boolean namesVectorApi(Emitter.ClassFile file) {
        return Disassembly.classes(List.of(file)).contains("jdk/incubator/vector");
    }

    @Test
    void listing() {
        Axis row = new Axis("row");
        Access.Array.Slot x = new Access.Array.Slot(0, DType.FLOAT32, "x");
        Stmt softmax =
                Softmax.rows(DType.FLOAT32, x, new Access.Array.Slot(1, DType.FLOAT32, "y"), Dim.of(10));
        Value load = new Value.Load(DType.FLOAT32,
                new Access(x, Dim.of(3),
                        List.of(new Term(Dim.of("n").times(2), row), new Term(Dim.of(1), row))));
        Value relu = new Value.Unary(DType.FLOAT32, Value.UnaryOp.RELU, load);
        Nest other = new Nest("k1_relu", List.of(Trial.lanes(row, 4, new Stmt.Let(load), new Stmt.Let(relu),
                new Stmt.Store(Trial.at(x, row), relu))));
        assertEquals("""
                # softmax over rows of x
                k0_softmax(from, to):
                    for row in from..to:
                        for j in 0..10 lanes:
                            v0 = x[row*10 + j]
                            v1 max= v0
                        for k in 0..10 lanes:
                            v2 = x[row*10 + k]
                            v3 = v2 - v1
                            v4 = exp(v3)
                            y[row*10 + k] = v4
                            v5 += v4
                        v6 = 1.0 / v5
                        for l in 0..10 lanes:
                            v7 = y[row*10 + l]
                            v8 = v7 * v6
                            y[row*10 + l] = v8

                k1_relu(from, to):
                    for row in 0..4 lanes:
                        v0 = x[row*(2*n) + row + 3]
                        v1 = relu(v0)
                        x[row] = v1
                """, LoopPrinter.print(List.of(new Nest("k0_softmax", List.of(softmax)), other),
                List.of(List.of("softmax over rows of x"), List.of())).text());
    }
}
