package dev.covector.compiler;

import dev.covector.compiler.reference.Oracle;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.ArgKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.Type;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Workers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions and windows of random settings, with their gradients, against the interpreter. */
final class SlidingTest {
    private static final Dim BATCH = Dim.of("n");
    private final NodeFactory nodes = NodeFactory.plain();

    static IntStream seeds() {
        return IntStream.range(0, Integer.getInteger("covector.test.sliding", 60));
    }

    private Node make(Op op, Node... inputs) {
        return nodes.make(op, List.of(inputs), null, null);
    }

    private Node gradient(Node y, Node x) {
        return make(new Op.Gradient(), y, x, make(new Op.Unary(UnaryKind.SIN), y));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void convolvesAndGivesItsGradients(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int spatial = random.nextInt(1, 4);
        boolean large = seed % 3 == 0;
        int groups = random.nextInt(4) == 0 ? 2 : 1;
        List<Dim> data = new ArrayList<>(List.of(Dim.of(groups), BATCH));
        List<Dim> window = new ArrayList<>(List.of(Dim.of(groups)));
        List<Integer> strides = new ArrayList<>();
        List<Dim> low = new ArrayList<>();
        List<Dim> high = new ArrayList<>();
        List<Integer> inputDilation = new ArrayList<>();
        List<Integer> kernelDilation = new ArrayList<>();
        for (int axis = 0; axis < spatial; axis++) {
            int kernel = random.nextInt(1, 4);
            int dilation = random.nextInt(4) == 0 ? 2 : 1;
            int reach = (kernel - 1) * dilation + 1;
            data.add(Dim.of(reach + random.nextInt(large && spatial < 3 ? 12 : 4)));
            window.add(Dim.of(kernel));
            strides.add(random.nextInt(3) == 0 ? random.nextInt(1, 4) : 1);
            low.add(Dim.of(random.nextInt(3) == 0 ? random.nextInt(3) : 0));
            high.add(Dim.of(random.nextInt(3) == 0 ? random.nextInt(3) : 0));
            inputDilation.add(random.nextInt(5) == 0 ? 2 : 1);
            kernelDilation.add(dilation);
        }
        int channels = random.nextInt(1, large ? 20 : 5);
        data.add(Dim.of(channels));
        window.add(Dim.of(channels));
        window.add(Dim.of(random.nextInt(1, large ? 40 : 5)));
        DType dtype = random.nextInt(3) == 0 ? DType.FLOAT64 : DType.FLOAT32;
        Node x = make(new Op.Input("x", new Type(dtype, Shape.of(data))));
        Node w = make(new Op.Input("w", new Type(dtype, Shape.of(window))));
        Node y = make(new Op.Conv(strides, low, high, inputDilation, kernelDilation), x, w);
        check(List.of(x, w), Map.of("y", y, "dx", gradient(y, x), "dw", gradient(y, w)),
                large ? 3 : random.nextInt(3), seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void reducesWindowsAndGivesItsGradients(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int rank = random.nextInt(1, 5);
        List<Dim> dims = new ArrayList<>(List.of(BATCH));
        List<Integer> windows = new ArrayList<>(List.of(1));
        List<Integer> strides = new ArrayList<>(List.of(1));
        for (int axis = 1; axis < rank; axis++) {
            int window = random.nextInt(1, 4);
            windows.add(window);
            strides.add(random.nextInt(2) == 0 ? window : random.nextInt(1, 4));
            dims.add(Dim.of(window + random.nextInt(9)));
        }
        if (random.nextBoolean()) {
            dims.add(Dim.of(random.nextInt(1, 40)));
            windows.add(1);
            strides.add(1);
        }
        DType dtype = random.nextInt(3) == 0 ? DType.FLOAT64 : DType.FLOAT32;
        Node x = make(new Op.Input("x", new Type(dtype, Shape.of(dims))));
        Node sum = make(new Op.ReduceWindow(ReduceKind.SUM, windows, strides), x);
        Node max = make(new Op.ReduceWindow(ReduceKind.MAX, windows, strides), x);
        Map<String, Node> results = new LinkedHashMap<>();
        results.put("sum", sum);
        results.put("max", max);
        results.put("min", make(new Op.ReduceWindow(ReduceKind.MIN, windows, strides), x));
        results.put("argmax", make(new Op.ArgWindow(ArgKind.ARGMAX, windows, strides), x));
        results.put("argmin", make(new Op.ArgWindow(ArgKind.ARGMIN, windows, strides), x));
        results.put("dsum", gradient(sum, x));
        results.put("dmax", gradient(max, x));
        check(List.of(x), results, random.nextInt(5), seed);
    }

    private static void check(List<Node> inputs, Map<String, Node> results, int batch, int seed) {
        Graph graph = Graph.of("g", List.of(),
                List.of(new Graph.Function("f", inputs, results, List.of())));
        Oracle.check(Differentiate::differentiate,
                new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared()), graph,
                Map.of("n", batch), seed);
    }
}
