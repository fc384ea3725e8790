package dev.covector.compiler;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.compiler.reference.RefTensor;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.graph.Window;
import dev.covector.graph.ir.ArgKind;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.graph.text.GraphSyntaxException;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each primitive by itself, compiled, against the interpreter: over nothing, of rank 0, of size 1, in rows that leave lanes
 * over, broadcast on either side; of ordinary numbers, and of NaN, infinities and -0.
 */
final class PrimitiveEdgesTest {
    private static final Dim N = Dim.of("n");
    private static final int[] EXTENTS = {0, 1, 5, 33};
    private static final double[] ORDINARY = {0, 1, -1, 0.5, -2.5, 7, -0.0, 1e-3, 3, -0.125, 20, 2};
    private static final double[] SPECIAL = {0, Double.NaN, -1, Double.POSITIVE_INFINITY, -0.0, 0.5,
        Double.NEGATIVE_INFINITY, 7, -2.5, 100, 1, -100};
    private static final long[] INTEGERS =
            {0, 1, -1, 7, -8, 31, 64, Integer.MIN_VALUE, Integer.MAX_VALUE, 2, -3, 5};
    /** Rounding of a function, or of a sum of a few numbers; in units in the last place. */
    private static final double ULPS = 8;

    // ---- elementwise

    static Stream<String> elementwise() {
        return Stream.of(UnaryKind.values(), BinaryKind.values(), CompareKind.values())
                .flatMap(Arrays::stream)
                .map(Object::toString);
    }

    @ParameterizedTest
    @MethodSource("elementwise")
    void ofElements(String word) {
        boolean unary = Arrays.stream(UnaryKind.values()).anyMatch(kind -> kind.toString().equals(word));
        boolean toBool = Arrays.stream(CompareKind.values()).anyMatch(kind -> kind.toString().equals(word))
                || word.equals("is_nan") || word.equals("is_finite");
        int taken = 0;
        for (DType dtype : DType.values()) {
            String text = (unary ? """
                    graph edges
                      %0 = input x : T[n,7]
                      %1 = input s : T[]
                      %2 = OP %0 : R[n,7]
                      %3 = OP %1 : R[]
                      %4 = reshape %1 : T[1,1]
                      %5 = OP %4 : R[1,1]
                      function f(%0, %1) -> rows=%2, number=%3, one=%5
                    """ : """
                    graph edges
                      %0 = input x : T[n,7]
                      %1 = input s : T[]
                      %2 = input y : T[12]
                      %3 = reshape %0 : T[7*n]
                      %4 = broadcast %3 axes=[0] : T[7*n,12]
                      %5 = broadcast %2 axes=[1] : T[7*n,12]
                      %6 = OP %4 %5 : R[7*n,12]
                      %7 = OP %5 %4 : R[7*n,12]
                      %8 = broadcast %1 axes=[] : T[n,7]
                      %9 = OP %0 %8 : R[n,7]
                      %10 = OP %8 %0 : R[n,7]
                      %11 = OP %0 %0 : R[n,7]
                      %12 = OP %1 %1 : R[]
                      %13 = reshape %1 : T[1,1]
                      %14 = OP %13 %13 : R[1,1]
                      function f(%0, %1, %2) -> pairs=%6, swapped=%7, right=%9, left=%10, same=%11, number=%12, one=%14
                    """).replace("OP", word).replace("T[", dtype + "[")
                    .replace("R[", (toBool ? BOOL : dtype) + "[");
            try {
                check(GraphText.parse(text), dtype, word.equals("div") || word.equals("rem"));
                taken++;
            } catch (GraphSyntaxException e) {
                assertTrue(String.valueOf(e.getMessage()).contains(word), e::getMessage);
            }
        }
        assertTrue(taken > 0, () -> "no dtype takes " + word);
    }

    // ---- the others

    record Row(String name, DType dtype, Graph graph) {
        @Override
        public String toString() {
            return name + " of " + dtype;
        }
    }

    private static final List<Row> OTHERS = new ArrayList<>();

    static {
        row("select", (x, s) -> List.of(x.eq(x).where(x, s), x.ne(x).where(s, x), s.eq(s).where(s, s),
                x.slice(1, 0, 1).eq(s).where(x, x.slice(1, 2, 3))));
        for (DType dtype : DType.values()) {
            row("cast to " + dtype,
                    (x, s) -> List.of(x.cast(dtype), s.cast(dtype), s.reshape(1, 1).cast(dtype)));
        }
        row("reshape", (x, s) -> List.of(x.reshape(-1), s.reshape(1, 1), x.slice(1, 0, 1).reshape(-1)));
        row("broadcast", (x, s) -> List.of(x.expandDims(1).broadcastTo(Shape.of(N, Dim.of(3), Dim.of(7))),
                s.broadcastTo(Shape.of(N)), s.broadcastTo(Shape.of(0, 2)), s.broadcastTo(Shape.of(1, 1))));
        row("transpose", (x, s) -> List.of(x.transpose(), s.transpose(), s.reshape(1, 1).transpose()));
        row("slice", (x, s) -> List.of(x.get(Slice.all(), Slice.range(1, 6).step(2)), x.slice(1, 3, 3),
                x.get(Slice.all().step(3)), s.reshape(1, 1).get(0)));
        row("reverse", (x, s) -> List.of(x.flip(), x.flip(0), x.flip(1), s.flip(), s.reshape(1).flip()));
        row("pad", (x, s) -> List.of(x.pad(0, 1, 2, 1), x.pad(1, -2, 3, 0), s.reshape(1).pad(0, 4, 4, 1)));
        row("concat",
                (x, s) -> List.of(Expr.concat(0, x, x), Expr.concat(1, x, x.slice(1, 2, 2), x.slice(1, 0, 3)),
                        Expr.concat(0, s.reshape(1), s.reshape(1))));
        for (ReduceKind kind : ReduceKind.values()) {
            DType[] dtypes = kind.isLogic() ? new DType[]{BOOL} : numbers();
            row("reduce_" + kind, (x, s) -> List.of(reduce(kind, x, 1), reduce(kind, x, 0), reduce(kind, x),
                    reduce(kind, s), reduce(kind, s.reshape(1, 1), 0)), dtypes);
        }
        row("argmax", (x, s) -> List.of(x.argmax(1), x.argmax(0), s.reshape(1).argmax(0)), numbers());
        row("argmin", (x, s) -> List.of(x.argmin(1), x.argmin(0), s.reshape(1).argmin(0)), numbers());
        row("cumsum", (x, s) -> List.of(x.cumsum(0), x.cumsum(1, true, false), x.cumsum(1, false, true),
                s.reshape(1, 1).cumsum(0, true, true)), numbers());
        row("argsort", (x, s) -> List.of(x.argSort(0), x.argSort(1, true), x.sort(1), x.sort(0, true),
                x.reshape(-1).sort(0), x.topK(3, 1).values(), x.takeAlongAxis(x.argSort(1, true), 1),
                s.reshape(1, 1).argSort(0, true)));
        row("dot", (x, s) -> List.of(x.matmul(x.transpose()), x.transpose().matmul(x), s.outer(x),
                s.reshape(1, 1).matmul(s.reshape(1, 1))), numbers());
        row("conv", (x, s) -> {
            Expr image = x.expandDims(2);
            Expr kernel = s.plus(s.builder().iota(s.dtype(), Shape.of(3, 1, 2), 0));
            return List.of(image.conv(kernel), image.conv(kernel, Convolution.of().stride(2).padding(1)),
                    image.conv(kernel, Convolution.of().dilation(3)),
                    image.conv(kernel, Convolution.of().inputDilation(2).samePadding()),
                    x.expandDims(1).conv(kernel.sum(0).broadcastTo(Shape.of(1, 7, 2))),
                    image.slice(1, 0, 0).conv(kernel, Convolution.of().padding(2)),
                    x.slice(1, 0, 0).expandDims(1).conv(kernel.slice(0, 0, 1).slice(1, 0, 0)),
                    image.conv(kernel.slice(2, 0, 0)), s.reshape(1, 1, 1).conv(s.reshape(1, 1, 1)),
                    x.expandDims(1).slice(2, 0, 6).conv(kernel.slice(0, 0, 1).broadcastTo(Shape.of(1, 3, 2)),
                            Convolution.of().groups(2)));
        }, numbers());
        row("pools", (x, s) -> {
            Expr image = x.expandDims(2);
            return List.of(image.maxPool(Window.of(3)), image.maxPool(Window.of(2).stride(1).padding(1)),
                    image.maxPool(Window.of(7)), image.maxPool(Window.of(1)), image.sumPool(Window.of(3)),
                    image.sumPool(Window.of(3).stride(2).padding(2)), image.sumPool(Window.of(1).stride(3)),
                    image.slice(1, 0, 0).maxPool(Window.of(1)), s.reshape(1, 1, 1).maxPool(Window.of(1)),
                    s.reshape(1, 1, 1).sumPool(Window.of(2).padding(1)));
        }, numbers());
        for (DType dtype : numbers()) {
            OTHERS.add(new Row("windows", dtype, GraphText.parse("""
                    graph windows
                      %0 = input x : T[n,7]
                      %1 = window_min %0 window=[1,3] stride=[1,2] : T[n,3]
                      %2 = window_argmax %0 window=[1,3] stride=[1,2] : i32[n,3]
                      %3 = window_argmin %0 window=[1,2] : i32[n,6]
                      %4 = reshape %0 : T[n,1,7]
                      %5 = window_argmax %4 window=[1,1,7] : i32[n,1,1]
                      %6 = window_argmin %0 window=[1,1] stride=[2,3] : i32[floordiv(n+1,2),3]
                      function f(%0) -> y0=%1, y1=%2, y2=%3, y3=%5, y4=%6
                    """.replace("T[", dtype + "["))));
        }
        row("gather", (x, s) -> List.of(x.gather(indices(x, 6, 0, 6), 1), x.gather(indices(x), 1),
                s.reshape(1).gather(indices(x, 0, 0), 0), s.reshape(1).gather(indices(x, 0).reshape(), 0)));
        row("scatter_add", (x, s) -> List.of(x.scatterAdd(indices(x, 6, 0, 6), x.slice(1, 0, 3), 1),
                x.scatterAdd(indices(x), x.slice(1, 0, 0), 1),
                s.reshape(1).scatterAdd(indices(x, 0).reshape(), s, 0)), numbers());
        row("leaves", (x, s) -> {
            GraphBuilder g = x.builder();
            return List.of(x, s, g.iota(x.dtype(), x.shape(), 0), g.iota(x.dtype(), Shape.of(N), 0),
                    g.extent(x.dtype(), N), g.constant(x.dtype(), 3L), g.full(x.dtype(), Shape.of(0), 1));
        }, numbers());
        row("random bits", (x, s) -> List.of(x.builder().randomBits(x.dtype(), x.shape()),
                x.builder().randomBits(x.dtype(), Shape.scalar())), INT32, DType.INT64);
    }

    private static DType[] numbers() {
        return new DType[]{FLOAT32, DType.FLOAT64, INT32, DType.INT64};
    }

    private static Expr reduce(ReduceKind kind, Expr x, int... axes) {
        return switch (kind) {
            case SUM -> x.sum(axes);
            case PROD -> x.prod(axes);
            case MAX -> x.max(axes);
            case MIN -> x.min(axes);
            case ANY -> x.any(axes);
            case ALL -> x.all(axes);
        };
    }

    private static Expr indices(Expr x, int... indices) {
        return x.builder().constant(Tensor.of(indices, indices.length));
    }

    /** For x of [n,7] and a number s, both of one of these dtypes, or of any. */
    private static void row(String name, BiFunction<Expr, Expr, List<Expr>> f, DType... dtypes) {
        for (DType dtype : new LinkedHashSet<>(List.of(dtypes.length == 0 ? DType.values() : dtypes))) {
            GraphBuilder g = Graph.builder("edges");
            Expr x = g.input("x", dtype, Shape.of(N, Dim.of(7)));
            Expr s = g.input("s", dtype, Shape.scalar());
            var function = g.function("f").returns("x", x);
            int count = 0;
            for (Expr y : f.apply(x, s)) {
                function.returns("y" + count++, y);
            }
            OTHERS.add(new Row(name, dtype, g.build()));
        }
    }

    static Stream<Row> others() {
        return OTHERS.stream();
    }

    @ParameterizedTest
    @MethodSource("others")
    void ofShapes(Row row) {
        check(row.graph(), row.dtype(), false);
    }

    /** Elementwise ones are there by the constants of their kinds. */
    @Test
    void everyPrimitiveIsHere() {
        Set<String> missing = new TreeSet<>();
        for (Class<?> op : Op.class.getPermittedSubclasses()) {
            missing.add(op.getSimpleName());
        }
        // Parameters are what sessions are about; the others are made or gone in the compiler.
        missing.removeAll(
                Set.of("Unary", "Binary", "Compare", "Parameter", "PartialSum", "Windows", "Gradient",
                        "StopGradient", "Placeholder", "CustomGradient"));
        // have no generated code yet
        missing.removeAll(Set.of("Conv", "ReduceWindow", "ArgWindow"));
        Set<ArgKind> args = new LinkedHashSet<>(List.of(ArgKind.values()));
        for (Row row : OTHERS) {
            row.graph().nodes().forEach(node -> {
                missing.remove(node.op().getClass().getSimpleName());
                if (node.op() instanceof Op.Arg arg) {
                    args.remove(arg.kind());
                }
            });
        }
        assertEquals(Set.of(), missing);
        assertEquals(Set.of(), args);
    }

    // ---- how they are compared

    private static void check(Graph graph, DType dtype, boolean withoutZero) {
        for (double[] data : dtype.isFloating() ? List.of(ORDINARY, SPECIAL) : List.of(ORDINARY)) {
            for (int n : EXTENTS) {
                Map<String, Tensor> inputs = new LinkedHashMap<>();
                inputs.put("x", tensor(dtype, data, 0, withoutZero, n, 7));
                inputs.put("s", tensor(dtype, data, n % 4, withoutZero));
                inputs.put("y", tensor(dtype, data, 0, withoutZero, 12));
                inputs.keySet().retainAll(names(graph));
                Map<String, RefTensor> expected =
                        Interpreter.run(graph, "f", inputs, Map.of(), 0, 1).results();
                for (Flavour flavour : new LinkedHashSet<>(
                        List.of(Flavour.SCALAR, CompiledExecution.flavourOfTheBuild()))) {
                    Map<String, Tensor> got = new CompiledExecution(flavour, Workers.shared()).run(graph, "f",
                            inputs, Map.of(), 0, 1);
                    String where = dtype + ", n = " + n + ", " + flavour;
                    expected.forEach((name, value) -> same(value.toTensor(),
                            Objects.requireNonNull(got.get(name)), name + " of " + where));
                }
            }
        }
    }

    private static Set<String> names(Graph graph) {
        Set<String> names = new TreeSet<>();
        graph.nodes().forEach(node -> {
            if (node.op() instanceof Op.Input input) {
                names.add(input.name());
            }
        });
        return names;
    }

    private static void same(Tensor expected, Tensor got, String what) {
        assertEquals(expected.dtype(), got.dtype(), what);
        assertArrayEquals(expected.shape(), got.shape(), what);
        if (!expected.dtype().isFloating()) {
            assertEquals(expected.toString(), got.toString(), what);
            return;
        }
        double[] wanted = expected.toDoubles();
        double[] values = got.toDoubles();
        double greatest = Arrays.stream(wanted).filter(Double::isFinite).map(Math::abs).max().orElse(0);
        double ulp = expected.dtype() == FLOAT32 ? Math.ulp(1f) : Math.ulp(1.0);
        for (int i = 0; i < wanted.length; i++) {
            boolean same = Double.compare(wanted[i], values[i]) == 0 || wanted[i] != 0
                    && Math.abs(wanted[i] - values[i]) <= ULPS * ulp * Math.max(Math.abs(wanted[i]),
                            what.startsWith("y") ? greatest : Float.MIN_NORMAL);
            double value = values[i];
            double should = wanted[i];
            int at = i;
            assertTrue(same, () -> what + ": element " + at + " is " + value + ", should be " + should);
        }
    }

    private static Tensor tensor(DType dtype, double[] data, int from, boolean withoutZero, int... shape) {
        int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        double[] reals = new double[size];
        long[] integers = new long[size];
        for (int i = 0; i < size; i++) {
            int k = (from + i) % data.length;
            reals[i] = data[k];
            integers[i] = withoutZero && INTEGERS[k] == 0 ? 9 : INTEGERS[k];
        }
        return switch (dtype) {
            case FLOAT64 -> Tensor.of(reals, shape);
            case FLOAT32 -> {
                float[] floats = new float[size];
                for (int i = 0; i < size; i++) {
                    floats[i] = (float) reals[i];
                }
                yield Tensor.of(floats, shape);
            }
            case INT32 -> Tensor.of(Arrays.stream(integers).mapToInt(i -> (int) i).toArray(), shape);
            case INT64 -> Tensor.of(integers, shape);
            case BOOL -> {
                boolean[] bools = new boolean[size];
                for (int i = 0; i < size; i++) {
                    bools[i] = integers[i] % 2 == 0;
                }
                yield Tensor.of(bools, shape);
            }
        };
    }
}
