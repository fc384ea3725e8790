package dev.covector.compiler.simplify;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.compiler.reference.RefTensor;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Window;
import dev.covector.graph.ir.Node;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of the pass as a whole. */
class SimplifyTest {

    @Test
    void equalValuesAreOneWhicheverWayTheyAreWritten() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", FLOAT32, Shape.of(3));
        Expr y = g.input("y", FLOAT32, Shape.of(3));
        g.function("f").returns("a", x.plus(y).exp()).returns("b", y.plus(x).exp());
        Graph.Function f = Simplify.simplify(g.build()).function("f");
        assertEquals(f.results().get("a"), f.results().get("b"));
        assertEquals(4, f.nodes().size(), "x, y, their sum, its exp");
    }

    @Test
    void twoDropoutsStayTwo() {
        GraphBuilder g = Graph.builder("g");
        Shape shape = Shape.of(3);
        g.function("f").returns("r", g.randomBits(INT32, shape).minus(g.randomBits(INT32, shape)));
        assertEquals(3, Simplify.simplify(g.build()).nodes().size());
    }

    @Test
    void whatNobodyNeedsIsGone() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", FLOAT32, Shape.of(3));
        g.function("f").returns("r", g.constant(Tensor.of(new boolean[]{true})).where(x.exp(), x.log()));
        assertEquals("exp(x)", Terms.of(resultOf(Simplify.simplify(g.build()))));
    }

    @Test
    void namesAndLinesStay() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", FLOAT32, Shape.of(3));
        g.function("f").returns("r", x.exp().named("grown").log());
        var grown = resultOf(Simplify.simplify(g.build())).input(0);
        assertEquals("grown", grown.name());
        assertEquals("SimplifyTest.java", grown.line() == null ? null : grown.line().file());
    }

    @Test
    void sourcesOfGradientsKeepTheirIdentity() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", FLOAT32, Shape.scalar());
        Expr h = x.times(2);
        Expr z = h.plus(x.times(2));
        g.function("f").returns("r", z.gradient(h));
        Graph simple = Simplify.simplify(g.build());
        assertEquals(1, simple.nodes().stream().filter(node -> Terms.of(node).startsWith("add")).count());
        var gradient = resultOf(simple);
        var source = gradient.input(1);
        assertEquals("mul(x, 2)", Terms.of(source));
        assertEquals("add(mul(x, 2), mul(x, 2))", Terms.of(gradient.input(0)));
        assertEquals(1, gradient.input(0).inputs().stream().filter(operand -> operand == source).count(),
                "h is one operand of z, its equal the other");
    }

    @Test
    void rulesDoNotLookIntoSourcesOfGradients() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", FLOAT32, Shape.scalar());
        Expr h = x.unaryMinus();
        Expr z = h.unaryMinus();
        g.function("f").returns("r", z.gradient(h));
        assertEquals("neg(neg(x))", Terms.of(resultOf(Simplify.simplify(g.build())).input(0)));
    }

    @Test
    void largeConstantsAreNotMade() {
        GraphBuilder g = Graph.builder("g");
        Expr ones = g.full(FLOAT32, Shape.of(1000, 1000), 1);
        g.function("f").returns("r", ones.plus(ones)).returns("s",
                g.iota(FLOAT32, Shape.of(5000), 0).plus(1));
        Graph simple = Simplify.simplify(g.build());
        assertEquals("to[1000,1000](2)", Terms.of(resultOf(simple)));
        assertEquals("add(iota, to[5000](1))",
                Terms.of(simple.function("f").outputs().get(1)));
    }

    @Test
    void smallConvolutionsAndPoolsAreFolded() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.constant(Tensor.of(new float[]{1, 2, 3, 5}, 1, 4, 1));
        Expr k = g.constant(Tensor.of(new float[]{1, -1}, 2, 1, 1));
        g.function("f").returns("conv", x.conv(k)).returns("max", x.maxPool(Window.of(2).padding(1)))
                .returns("unknown", x.conv(g.input("k", FLOAT32, Shape.of(4, 1, 1))));
        List<String> terms = Simplify.simplify(g.build()).function("f").outputs().stream().map(Terms::of)
                .toList();
        assertEquals(List.of("-1, -1, -2", "1, 3, 5"), terms.subList(0, 2));
        assertTrue(terms.get(2).contains("Conv["), terms.get(2));
    }

    @Test
    void anIntegerDividedByZeroIsLeftToTheCall() {
        GraphBuilder g = Graph.builder("g");
        Expr seven = g.constant(Tensor.of(new int[]{7}));
        g.function("f").returns("r", seven.div(g.constant(Tensor.of(new int[]{0}))));
        assertEquals("div(7, 0)", Terms.of(resultOf(Simplify.simplify(g.build()))));
    }

    /** A hundred graphs a row; a failure names its seed. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100, 200})
    void randomGraphsComeToRestAndComputeTheSame(int from) {
        for (int seed = from; seed < from + 100; seed++) {
            Graph graph = randomGraph(seed);
            Sweep sweep = new Sweep(graph, List.of());
            int sweeps = 0;
            while (sweep.changed()) {
                sweep = new Sweep(sweep.result(), Simplify.RULES);
                sweeps++;
                assertFalse(sweep.rewriter().exhausted(), "rules undo each other, seed " + seed);
                assertTrue(sweeps < 8, "not simple after eight sweeps, seed " + seed);
            }
            Graph simple = Simplify.simplify(graph);
            assertEquals(GraphText.canonical(simple), GraphText.canonical(Simplify.simplify(simple)),
                    "not idempotent, seed " + seed);
            assertEquals(GraphText.canonical(simple),
                    GraphText.canonical(Simplify.simplify(randomGraph(seed))),
                    "not deterministic, seed " + seed);
            assertClose(run(graph), run(simple), seed);
        }
    }

    /** Values of every shape that the others broadcast to, in float64 so that folding rounds as the interpreter. */
    private static Graph randomGraph(int seed) {
        Random random = new Random(seed);
        GraphBuilder g = Graph.builder("g");
        Dim n = Dim.of("n");
        List<Expr> pool = new ArrayList<>(List.of(g.input("x", FLOAT64, Shape.of(n, 3)),
                g.input("v", FLOAT64, Shape.of(3)), g.input("column", FLOAT64, Shape.of(n, 1)),
                g.input("square", FLOAT64, Shape.of(3, 3)), g.input("s", FLOAT64, Shape.scalar())));
        double[] constants = {0, -0.0, 1, -1, 2, 0.5, -3};
        for (int step = 0; step < 40; step++) {
            Expr a = pool.get(random.nextInt(pool.size()));
            Expr b = random.nextInt(3) == 0 ? g.constant(FLOAT64, constants[random.nextInt(constants.length)])
                    : pool.get(random.nextInt(pool.size()));
            boolean broadcasts = broadcasts(a.shape(), b.shape());
            Expr made = switch (random.nextInt(17)) {
                case 0 -> a.unaryMinus();
                case 1 -> a.tanh();
                case 2 -> a.relu();
                case 3 -> a.transpose();
                case 4 -> a.rank() == 0 ? a.sum() : a.sum(random.nextInt(a.rank()));
                case 5 -> a.rank() == 0 ? a.max() : a.sumKeepDims(random.nextInt(a.rank()));
                case 6 -> a.rank() == 0 ? a.expandDims(0) : a.max(random.nextInt(a.rank()));
                case 7 -> a.rank() < 3 ? a.expandDims(random.nextInt(a.rank() + 1)) : a;
                case 8 -> a.sigmoid().mean();
                case 9 -> product(a, random.nextBoolean() ? pool.get(3) : pool.get(3).transpose());
                case 10 -> product(a.times(0.5), b.rank() > 1 ? b.transpose().times(2) : b);
                case 11 -> broadcasts ? a.minus(b) : a;
                case 12 -> b.rank() == 0 ? a.times(b) : broadcasts ? a.times(b).tanh() : a;
                case 13 -> b.rank() == 0 ? a.div(b.sigmoid().plus(1)) : broadcasts ? a.minus(b) : a;
                case 14 -> broadcasts ? a.lt(b).where(a, b) : a;
                case 15 -> broadcasts ? a.maximum(b) : a;
                default -> broadcasts ? a.plus(b) : a;
            };
            pool.add(made);
        }
        var f = g.function("f");
        for (int i = 0; i < pool.size(); i++) {
            if (i < 5 || i > pool.size() - 6) {
                f.returns("r" + i, pool.get(i));
            }
        }
        return g.build();
    }

    private static Expr product(Expr a, Expr b) {
        boolean matrices = a.rank() > 0 && b.rank() > 0 && a.rank() < 3 && b.rank() < 3;
        return matrices && a.shape().dim(-1).equals(b.shape().dim(0)) ? a.matmul(b) : a;
    }

    private static boolean broadcasts(Shape a, Shape b) {
        for (int axis = 1; axis <= Math.min(a.rank(), b.rank()); axis++) {
            Dim left = a.dim(-axis);
            Dim right = b.dim(-axis);
            if (!left.equals(right) && !left.isExactly(1) && !right.isExactly(1)) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, RefTensor> run(Graph graph) {
        return Interpreter.run(graph, "f", Map.of("x",
                Tensor.of(new double[]{0.3, -0.7, 1.1, 0.2, 0.9, -1.3}, 2, 3), "v",
                Tensor.of(new double[]{0.4, -1.2, 0.8}, 3), "column",
                Tensor.of(new double[]{0.6, -0.1}, 2, 1),
                "square", Tensor.of(new double[]{0.1, -0.2, 0.3, 0.4, 0.5, -0.6, 0.7, 0.8, 0.9}, 3, 3), "s",
                Tensor.scalar(0.35)), Map.of(), 0, 0).results();
    }

    private static void assertClose(Map<String, RefTensor> expected, Map<String, RefTensor> actual,
            int seed) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, want) -> {
            RefTensor got = actual.getOrDefault(name, want);
            for (int i = 0; i < want.size(); i++) {
                double error = Math.abs(want.real(i) - got.real(i));
                boolean close = error <= 1e-9 * (1 + Math.abs(want.real(i)))
                        || Double.compare(want.real(i), got.real(i)) == 0;
                assertTrue(close, () -> name + " of seed " + seed + ": wanted " + want + ", got " + got);
            }
        });
    }

    private static Node resultOf(Graph graph) {
        return graph.function("f").outputs().get(0);
    }
}
