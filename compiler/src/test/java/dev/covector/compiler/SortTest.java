package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.TopK;
import dev.covector.runtime.CallException;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sorting of every dtype along every axis, beside sorting by the library of Java. */
final class SortTest {
    private static final Dim N = Dim.of("n");
    private static final Dim M = Dim.of("m");

    /** Rows below and above the length from which digits are counted, few and many, for one thread and several. */
    private static final int[][] SHAPES =
            {{0, 3, 2}, {3, 0, 2}, {1, 1, 1}, {2, 5, 39}, {41, 2, 3}, {1, 1000, 1}, {20, 6, 70}};

    @ParameterizedTest
    @EnumSource
    void isThatOfTheLibrary(DType dtype) {
        GraphBuilder g = Graph.builder("sort");
        Expr x = g.input("x", dtype, Shape.of(N, M, Dim.of("k")));
        for (int axis = 0; axis < 3; axis++) {
            g.function("f" + axis).returns("order", x.argSort(axis)).returns("down", x.argSort(axis, true))
                    .returns("sorted", x.sort(axis)).returns("sorted_down", x.sort(axis, true));
        }
        CompiledGraph compiled = Compiler.compile(g.build());
        try (Workers one = Workers.of(1); Workers three = Workers.of(3)) {
            Map<String, Session> sessions = new LinkedHashMap<>();
            for (Flavour flavour : List.of(Flavour.SCALAR, CompiledExecution.flavourOfTheBuild())) {
                for (Workers workers : List.of(one, three)) {
                    sessions.put(flavour + " with " + workers.threads() + " threads", compiled.newSession(1,
                            SessionOptions.defaults().flavour(flavour).workers(workers)));
                }
            }
            for (int[] shape : SHAPES) {
                Tensor data = data(dtype, shape);
                for (int axis = 0; axis < 3; axis++) {
                    int[] up = order(data, axis, false);
                    int[] down = order(data, axis, true);
                    Map<String,
                            List<Object>> expected = Map.of("order", elements(Tensor.of(up, shape)), "down",
                                    elements(Tensor.of(down, shape)), "sorted", taken(data, up, axis),
                                    "sorted_down",
                                    taken(data, down, axis));
                    String function = "f" + axis;
                    sessions.forEach((how, session) -> {
                        Results got = session.call(function).input("x", data).run();
                        expected.forEach((name, elements) -> assertEquals(elements,
                                elements(got.tensor(name)),
                                name + " of " + Arrays.toString(shape) + ", " + function + ", " + how));
                    });
                }
            }
        }
    }

    /** All kinds of NaN, infinities, both zeros, the ends of integers; each many times, and between them anything. */
    private static Tensor data(DType dtype, int... shape) {
        Random random = new Random(Arrays.hashCode(shape));
        Object array = Tensor.newArray(dtype, IntStream.of(shape).reduce(1, (a, b) -> a * b));
        float[] floats =
                {Float.NaN, Float.intBitsToFloat(0xffc00001), Float.intBitsToFloat(0x7fffffff), 0f, -0f,
                    Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -Float.MIN_VALUE,
                    Float.MAX_VALUE};
        double[] doubles = {Double.NaN, Double.longBitsToDouble(0xfff8000000000001L), 0.0, -0.0,
            Double.MIN_VALUE,
            -Double.MIN_VALUE, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1, Math.nextUp(1.0)};
        long[] longs = {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, 1, 0xffffffffL, 0x100000000L, 0x80000000L,
            -0x80000000L, 0x7fffffffL};
        for (int i = 0; i < Array.getLength(array); i++) {
            int special = random.nextInt(20);
            switch (array) {
                case float[] a -> a[i] = special < 10 ? floats[special] : (float) random.nextGaussian();
                case double[] a -> a[i] = special < 10 ? doubles[special] : random.nextGaussian();
                case int[] a -> a[i] = special < 10 ? (int) longs[special] : random.nextInt();
                case long[] a -> a[i] = special < 10 ? longs[special] : random.nextLong();
                case boolean[] a -> a[i] = random.nextBoolean();
                default -> throw new AssertionError(dtype);
            }
        }
        return Tensor.view(array, 0, shape);
    }

    private static int place(int[] shape, int row, int index, int axis) {
        int inner = IntStream.range(axis + 1, shape.length).map(i -> shape[i]).reduce(1, (a, b) -> a * b);
        return (row / inner * shape[axis] + index) * inner + row % inner;
    }

    private static int rows(int[] shape, int axis) {
        return IntStream.range(0, shape.length).filter(i -> i != axis).map(i -> shape[i]).reduce(1,
                (a, b) -> a * b);
    }

    private static int[] order(Tensor x, int axis, boolean descending) {
        int[] order = new int[x.size()];
        int[] shape = x.shape();
        for (int r = 0; r < rows(shape, axis); r++) {
            int row = r;
            Comparator<Integer> up =
                    (i, j) -> compare(x.array(), place(shape, row, i, axis), place(shape, row, j, axis));
            List<Integer> sorted = new ArrayList<>(IntStream.range(0, shape[axis]).boxed().toList());
            sorted.sort(descending ? up.reversed() : up);
            for (int i = 0; i < shape[axis]; i++) {
                order[place(shape, row, i, axis)] = sorted.get(i);
            }
        }
        return order;
    }

    /** {@link Float#compare} takes all NaNs for equal, and after infinity; the zeros it tells apart. */
    private static int compare(Object array, int i, int j) {
        return switch (array) {
            case float[] a -> Float.compare(a[i] == 0 ? 0 : a[i], a[j] == 0 ? 0 : a[j]);
            case double[] a -> Double.compare(a[i] == 0 ? 0 : a[i], a[j] == 0 ? 0 : a[j]);
            case int[] a -> Integer.compare(a[i], a[j]);
            case long[] a -> Long.compare(a[i], a[j]);
            case boolean[] a -> Boolean.compare(a[i], a[j]);
            default -> throw new AssertionError(array);
        };
    }

    private static List<Object> taken(Tensor x, int[] order, int axis) {
        int[] shape = x.shape();
        Object[] taken = new Object[x.size()];
        for (int row = 0; row < rows(shape, axis); row++) {
            for (int i = 0; i < shape[axis]; i++) {
                int at = place(shape, row, i, axis);
                taken[at] = Array.get(x.array(), place(shape, row, order[at], axis));
            }
        }
        return Arrays.asList(taken);
    }

    private static List<Object> elements(Tensor x) {
        return IntStream.range(0, x.size())
                .mapToObj(i -> Array.get(x.array(), x.offset() + i)).toList();
    }

    @Test
    void anIndexBeyondTheAxisIsAnErrorOfTheCall() {
        GraphBuilder g = Graph.builder("taken");
        Expr x = g.input("x", FLOAT32, Shape.of(N, 3));
        Expr i = g.input("i", INT32, Shape.of(N, 1));
        Expr taken = x.takeAlongAxis(i, 1);
        g.function("f").returns("y", taken);
        Session session = Compiler.compile(g.build()).newSession(1);
        for (int wrong : new int[]{3, -1}) {
            CallException e = assertThrows(CallException.class,
                    () -> session.call("f").input("x", Tensor.zeros(FLOAT32, 2, 3))
                            .input("i", Tensor.of(new int[]{wrong, 0}, 2, 1)).run());
            assertEquals("gather (" + taken.node().line() + "): index " + wrong + " is not within [0, 3)",
                    e.getMessage());
        }
    }

    @Test
    void moreThanThereAreIsAnErrorOfTheCall() {
        GraphBuilder g = Graph.builder("top");
        TopK top = g.input("x", FLOAT32, Shape.of(N)).topK(3, 0);
        g.function("f").returns("values", top.values()).returns("indices", top.indices());
        Session session = Compiler.compile(g.build()).newSession(1);
        Results results = session.call("f").input("x", Tensor.of(new float[]{1, 5, 2, 5}, 4)).run();
        assertEquals("f32[3] {5.0, 5.0, 2.0} i32[3] {1, 3, 2}",
                results.tensor("values") + " " + results.tensor("indices"));
        CallException e = assertThrows(CallException.class,
                () -> session.call("f").input("x", Tensor.zeros(FLOAT32, 2)).run());
        assertEquals("function \"f\": slice (" + top.indices().node().line()
                + "): it would end behind axis 0: n-3 is -1, where n is 2", e.getMessage());
    }
}
