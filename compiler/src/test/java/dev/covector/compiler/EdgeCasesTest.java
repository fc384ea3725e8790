package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.reference.Oracle;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs at the edges of what can be said, compared with the interpreter in both flavours. */
final class EdgeCasesTest {
    private static final Dim N = Dim.of("n");

    private static Named<Consumer<GraphBuilder>> row(String name, Consumer<GraphBuilder> graph) {
        return Named.of(name, graph);
    }

    static Stream<Named<Consumer<GraphBuilder>>> graphs() {
        return Stream.of(
                row("rank 0 everywhere", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of());
                    Expr w = g.parameter("w", FLOAT32, Shape.of(), Initializers.constant(0.5));
                    Expr loss = x.times(w).tanh().sum().plus(x.max());
                    g.function("f").returns("loss", loss).updates(Sgd.of(0.1).minimize(loss));
                }),
                row("extents of 1", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(1, 1, 1));
                    Expr y = g.input("y", FLOAT32, Shape.of(Dim.of(1), N));
                    g.function("f").returns("max", x.max(1)).returns("argmax", x.argmax(0))
                            .returns("softmax", x.softmax(-1)).returns("sum", x.plus(y).sum(0, 2))
                            .returns("product", x.squeeze(0).matmul(y));
                }),
                row("an exponential kept between the stages of a transposed row", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(3, 2, 17, 3));
                    Expr y = x.transpose(3, 1, 2, 0);
                    Expr e = y.minus(y.maxKeepDims(0)).exp();
                    g.function("f").returns("gradient", e.sum().gradient(x));
                }),
                row("no inputs", g -> {
                    Expr w = g.parameter("w", FLOAT64, Shape.of(3), Initializers.normal(1));
                    g.function("constant").returns("y", g.constant(INT64, 7));
                    g.function("parameter").returns("y", w.square());
                    g.function("iota").returns("y", g.iota(INT32, Shape.of(2, 3), 1));
                }),
                row("results that nothing computes", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(N, 2));
                    Expr w = g.parameter("w", FLOAT32, Shape.of(2), Initializers.normal(1));
                    Expr y = x.plus(w);
                    Shape flat = Shape.of(N.times(2));
                    g.function("f").returns("input", x).returns("parameter", w).returns("again", w)
                            .returns("constant", g.constant(Tensor.of(new int[]{1, 2, 3}, 3)))
                            .returns("scalar", g.constant(FLOAT32, 2)).returns("y", y).returns("same", y)
                            .returns("view", y.reshape(flat)).returns("view2", y.reshape(flat));
                }),
                row("an update whose value is another parameter", g -> {
                    Expr a = g.parameter("a", FLOAT32, Shape.of(4), Initializers.normal(1));
                    Expr b = g.parameter("b", FLOAT32, Shape.of(4), Initializers.normal(1));
                    Expr c = g.parameter("c", FLOAT32, Shape.of(4), Initializers.normal(1));
                    g.function("rotate").returns("old", a).updates(a, b).updates(b, c).updates(c, a);
                    g.function("same").returns("old", b).updates(a, a).updates(b, a).updates(c, a);
                }),
                row("a parameter updated and returned", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(4));
                    Expr w = g.parameter("w", FLOAT32, Shape.of(4), Initializers.normal(1));
                    Expr next = w.minus(x.times(0.5));
                    g.function("f").returns("old", w).returns("new", next).returns("sum", next.sum())
                            .updates(w, next);
                    g.function("g").returns("read", w.times(x)).updates(w, w.times(2));
                }),
                row("updates that read each other", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(16, 16));
                    Expr a = g.parameter("a", FLOAT32, Shape.of(16, 16), Initializers.normal(1));
                    Expr b = g.parameter("b", FLOAT32, Shape.of(16, 16), Initializers.normal(1));
                    g.function("f").returns("y", x.matmul(a).sum()).updates(a, a.matmul(b))
                            .updates(b, b.transpose().plus(a));
                }),
                row("names that collide as classes", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(3));
                    Expr w = g.parameter("w", FLOAT32, Shape.of(3), Initializers.normal(1));
                    for (String name : List.of("train", "Train", "a.b", "a_b", "initial", "Initial",
                            "trainScalar", "x".repeat(300))) {
                        g.function(name).returns("y", x.plus(w).times(name.hashCode() % 7));
                    }
                }),
                row("iota along the batch of a contraction", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(Dim.of(3), N, Dim.of(16)));
                    Expr y = g.input("y", FLOAT32, Shape.of(3, 16, 20));
                    g.function("f").returns("y",
                            x.matmul(y).plus(g.iota(FLOAT32, Shape.of(Dim.of(3), N, Dim.of(20)), 0)));
                    g.function("g")
                            .returns("y",
                                    x.plus(g.iota(FLOAT32, Shape.of(Dim.of(3), N, Dim.of(16)), 0).times(2))
                                            .matmul(y));
                }),
                row("cumulative sums along each axis", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(Dim.of(3), N, Dim.of(17)));
                    Expr i = g.input("i", INT32, Shape.of(Dim.of(1), N, Dim.of(3)));
                    g.function("f").returns("first", x.cumsum(0)).returns("second", x.cumsum(1, true, false))
                            .returns("third", x.transpose(0, 2, 1).cumsum(1, false, true))
                            .returns("last", x.cumsum(-1, true, true)).returns("one", i.cumsum(0))
                            .returns("narrow", i.cumsum(1)).returns("whole", i.reshape(-1).cumsum(0))
                            .returns("same", x.sum(1).expandDims(1).broadcastTo(x.shape()).cumsum(1));
                }),
                row("sorting along each axis", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(Dim.of(3), N, Dim.of(45)));
                    Expr wide = g.input("wide", FLOAT64, Shape.of(Dim.of(45), N));
                    Expr i = g.input("i", INT32, Shape.of(Dim.of(1), N, Dim.of(3))).rem(3);
                    Expr numbers = g.iota(INT64, Shape.of(N, 50), 1).rem(7);
                    g.function("f").returns("first", x.argSort(0)).returns("second", x.sort(1, true))
                            .returns("last", x.gt(0).argSort(-1))
                            .returns("moved", x.transpose(2, 0, 1).sort(0))
                            .returns("ties", i.argSort(1, true)).returns("whole", i.reshape(-1).sort(0))
                            .returns("same", x.sum(1).expandDims(1).broadcastTo(x.shape()).argSort(1))
                            .returns("numbers", numbers.argSort(1, true))
                            .returns("backwards", numbers.flip(1).sort(1))
                            .returns("wide", wide.sort(0)).returns("top", wide.topK(40, 0).values())
                            .returns("at", wide.takeAlongAxis(wide.topK(1, 0).indices(), 0));
                    g.function("g").returns("dx", x.sort(1).square().sum().gradient(x)).returns("dw",
                            wide.topK(7, 0).values().times(wide.sum(0)).sum().gradient(wide));
                }),
                row("a parameter that is replaced by its order", g -> {
                    Expr p = g.parameter("p", INT32, Shape.of(60),
                            (b, t, s) -> b.iota(t, s, 0).times(7).rem(11));
                    Expr q = g.parameter("q", FLOAT64, Shape.of(4, 60), Initializers.normal(1));
                    g.function("f").returns("p", p).updates(p, p.argSort(0)).updates(q, q.sort(1));
                }),
                row("shifts by fewer bits than none and by more than there are", g -> {
                    Expr x = g.input("x", INT32, Shape.of(N, 100)).times(0x12345677);
                    Expr bits = g.iota(INT32, Shape.of(100), 0).minus(20);
                    Expr wide = g.input("wide", INT64, Shape.of(N, 100)).times(0x1234567789ABL);
                    Expr more = g.iota(INT64, Shape.of(100), 0).minus(20);
                    g.function("f").returns("left", x.shl(bits)).returns("right", x.shr(bits))
                            .returns("logical", x.ushr(bits)).returns("wide_left", wide.shl(more))
                            .returns("wide_right", wide.shr(more)).returns("wide_logical", wide.ushr(more))
                            .returns("by_one",
                                    x.shl(-1).xor(x.shr(31)).xor(x.ushr(32)).or(x.not().and(0xFF)));
                }),
                row("an extent as an index, and under a reduction", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(N, 5));
                    Expr last = g.extent(INT32, N).minus(1);
                    g.function("f").returns("last", x.gather(last, 0))
                            .returns("max", x.plus(g.extent(FLOAT32, N.plus(2))).max(1));
                }),
                row("an update from its own parameter's other places", g -> {
                    Expr a = g.parameter("a", FLOAT32, Shape.of(5, 4), Initializers.normal(1));
                    Expr b = g.parameter("b", FLOAT32, Shape.of(5, 4), Initializers.normal(1));
                    g.function("f").updates(a, a.flip(0).plus(a)).updates(b, b.roll(1, 1));
                    g.function("g").updates(a, a.get(Slice.from(1)).pad(0, 0, 1, 2)).updates(b, b.flip());
                }),
                row("parts of the operands of a contraction", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(N, 40));
                    Expr w = g.parameter("w", FLOAT32, Shape.of(40, 40), Initializers.normal(0.1));
                    Expr y = x.get(Slice.all(), Slice.range(3, 35))
                            .matmul(w.get(Slice.from(8), Slice.all().step(-1)).relu());
                    g.function("f").returns("y", y.get(Slice.all(), Slice.from(1)).relu())
                            .returns("dw", y.square().sum().gradient(w));
                }),
                row("operands of few columns that are left where they are", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(N, 70));
                    Expr images = g.input("images", FLOAT32, Shape.of(Dim.of(2), N, Dim.of(70)));
                    for (int columns : new int[]{5, 12, 13}) {
                        Expr w = g.parameter("w" + columns, FLOAT32, Shape.of(70, columns),
                                Initializers.normal(0.1));
                        Expr y = x.get(Slice.all().step(-1)).matmul(w).plus(1);
                        Expr product = images.transpose(0, 2, 1).matmul(images.get(Slice.all(), Slice.all(),
                                Slice.range(3, 3 + columns)));
                        Expr next = w.minus(y.square().sum().gradient(w).times(0.01));
                        g.function("f" + columns).returns("y", y.relu()).returns("product", product.plus(w))
                                .updates(w, next);
                    }
                }),
                row("indices that were moved", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(N, 20));
                    for (DType dtype : List.of(FLOAT32, FLOAT64, INT32, INT64)) {
                        Expr i = g.iota(dtype, Shape.of(N, 41), 1).get(Slice.all(),
                                Slice.range(39, 0).step(-2));
                        g.function("of_" + dtype).returns("i", i.get(Slice.all(), Slice.from(0)))
                                .returns("x", x.plus(i.cast(FLOAT32)));
                    }
                }),
                row("more parts than one kernel copies", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(N, 3));
                    List<Expr> parts = new ArrayList<>();
                    for (int i = 0; i < 20; i++) {
                        parts.add(x.times(i).get(Slice.all(), Slice.from(i % 3)));
                    }
                    g.function("f").returns("columns", Expr.concat(1, parts))
                            .returns("rows", Expr.concat(0, java.util.Collections.nCopies(20, x)))
                            .returns("layers", Expr.stack(-1, java.util.Collections.nCopies(20, x)));
                }),
                row("padding of two axes of a batch of images", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(Dim.of(2), N, Dim.of(5), Dim.of(17)));
                    Expr y = x.relu().pad(2, 1, 2, 3).pad(3, -1, 4, 0.5);
                    g.function("f").returns("y", y).returns("sum", y.sum(0, 1)).returns("x",
                            y.get(Slice.ellipsis(), Slice.range(1, 6).step(2), Slice.all().step(3)).square()
                                    .sum().gradient(x));
                }),
                row("a contraction that updates its own operand", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(N, 20));
                    Expr w = g.parameter("w", FLOAT32, Shape.of(20, 20), Initializers.normal(0.1));
                    Expr next = w.minus(x.transpose().matmul(x.matmul(w)).times(0.01));
                    g.function("f").returns("norm", next.square().sum()).updates(w, next);
                }));
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void agreesWithTheInterpreter(Consumer<GraphBuilder> describe) {
        GraphBuilder g = Graph.builder("edge");
        describe.accept(g);
        check(g.build(), 0, 1, 2, 33);
    }

    private static void check(Graph graph, int... extents) {
        for (Flavour flavour : List.of(Flavour.SCALAR, CompiledExecution.flavourOfTheBuild())) {
            for (int n : extents) {
                // A gather from nothing is an error of the call in both.
                Oracle.check(Differentiate::differentiate, new CompiledExecution(flavour, Workers.shared()),
                        graph, Map.of("n", n, "batch", n), 3);
            }
        }
    }

    /** Long chains of what is cheap enough to be computed at each use. */
    static Stream<Named<Consumer<GraphBuilder>>> chains() {
        return Stream.of(
                row("of masks", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(N, 32));
                    Expr mask = x.gt(0);
                    for (int i = 1; i < 1000; i++) {
                        mask = i % 2 == 0 ? mask.and(x.lt(i)) : mask.or(x.gt(i));
                    }
                    g.function("f").returns("y", mask.where(x, x.square()));
                }),
                row("of counted numbers", g -> {
                    Expr e = g.iota(FLOAT32, Shape.of(32), 0);
                    for (int i = 1; i < 2000; i++) {
                        e = i % 2 == 0 ? e.plus(0.125) : e.minimum(40 - i / 64.0);
                    }
                    g.function("f").returns("y", e.times(g.input("x", FLOAT32, Shape.of(N, 32))));
                }),
                row("in front of a contraction", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(N, 32));
                    for (int i = 1; i < 2000; i++) {
                        x = i % 2 == 0 ? x.times(-0.5) : x.maximum(1.0 / i);
                    }
                    Expr w = g.parameter("w", FLOAT32, Shape.of(32, 32), Initializers.normal(1));
                    g.function("f").returns("y", x.matmul(w));
                }),
                row("of elementwise ops with several outputs", g -> {
                    Expr x = g.input("x", FLOAT32, Shape.of(N, 8));
                    Expr y = g.input("y", FLOAT32, Shape.of(N, 8));
                    Expr e = x;
                    var f = g.function("f");
                    for (int i = 0; i < 1000; i++) {
                        e = e.times(0.5).plus(x).maximum(y);
                        if (i % 100 == 50) {
                            f.returns("after" + i, e);
                        }
                    }
                    f.returns("y", e);
                }),
                row("of normalised rows", g -> {
                    Expr e = g.input("x", FLOAT64, Shape.of(N, 17));
                    for (int i = 0; i < 60; i++) {
                        Expr centred = e.minus(e.meanKeepDims(-1));
                        e = centred.div(centred.square().meanKeepDims(-1).plus(0.25).sqrt()).plus(e);
                    }
                    g.function("f").returns("y", e);
                }),
                row("of layers", g -> {
                    Expr h = g.input("x", FLOAT32, Shape.of(N, 6));
                    for (int i = 0; i < 50; i++) {
                        h = Linear.of(g, "layer" + i, 6, 6).invoke(h).tanh();
                    }
                    Expr loss = h.square().mean();
                    g.function("train").returns("loss", loss).updates(Sgd.of(0.1).minimize(loss));
                }));
    }

    @ParameterizedTest
    @MethodSource("chains")
    void longChains(Consumer<GraphBuilder> describe) {
        GraphBuilder g = Graph.builder("long");
        describe.accept(g);
        check(g.build(), 5);
    }

    /** The mean over no examples is NaN, and so are then the parameters; no shape is wrong and nothing throws. */
    @Test
    void aBatchOfNothing() {
        Session session = Compiler.compile(Networks.mlp(40, 30, 10)).newSession(3,
                SessionOptions.defaults().flavour(CompiledExecution.flavourOfTheBuild()));
        Tensor x = Networks.images(0, 40, 1);
        Tensor label = Networks.labels(0, 10, 1);
        assertEquals("[0, 10]", Arrays.toString(session.call("predict").input("x", x).input("label", label)
                .run().tensor("probability").shape()));
        assertEquals(Float.NaN,
                session.call("train").input("x", x).input("label", label).run().scalar("loss"));
    }

    @ParameterizedTest
    @MethodSource("specials")
    void specialNumbers(float[] row, String expected) {
        GraphBuilder g = Graph.builder("specials");
        Expr x = g.input("x", FLOAT32, Shape.of(N, 4));
        g.function("f").returns("relu", x.relu()).returns("max", x.max(1)).returns("argmax", x.argmax(1))
                .returns("maximum", x.maximum(0)).returns("sum", x.sum(1))
                .returns("min", x.min(1)).returns("argmin", x.argmin(1)).returns("prod", x.prod(1));
        for (Flavour flavour : List.of(Flavour.SCALAR, CompiledExecution.flavourOfTheBuild())) {
            Results r = Compiler.compile(g.build()).newSession(1, SessionOptions.defaults().flavour(flavour))
                    .call("f").input("x", Tensor.of(row, 1, 4)).run();
            assertEquals(expected, "relu " + Arrays.toString(r.tensor("relu").toFloats()) + ", maximum "
                    + Arrays.toString(r.tensor("maximum").toFloats()) + ", max "
                    + r.tensor("max").toFloats()[0] + " at " + r.tensor("argmax").toInts()[0] + ", sum "
                    + r.tensor("sum").toFloats()[0] + ", min " + r.tensor("min").toFloats()[0] + " at "
                    + r.tensor("argmin").toInts()[0] + ", prod " + r.tensor("prod").toFloats()[0],
                    () -> "in flavour " + flavour);
        }
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> specials() {
        float nan = Float.NaN;
        float inf = Float.POSITIVE_INFINITY;
        return Stream.of(
                specials("relu [1.0, NaN, 2.0, NaN], maximum [1.0, NaN, 2.0, NaN], max NaN at 1, sum NaN, "
                        + "min NaN at 1, prod NaN", 1,
                        nan, 2, nan),
                specials("relu [0.0, Infinity, 0.0, 3.0], maximum [0.0, Infinity, 0.0, 3.0], "
                        + "max Infinity at 1, sum NaN, min -Infinity at 0, prod Infinity", -inf, inf, -1, 3),
                specials("relu [0.0, 0.0, 0.0, 0.0], maximum [0.0, 0.0, 0.0, 0.0], max -1.0 at 3, "
                        + "sum -Infinity, min -Infinity at 0, prod Infinity", -inf, -inf, -2, -1),
                specials("relu [0.0, 0.0, 0.0, 0.0], maximum [0.0, 0.0, 0.0, 0.0], max 0.0 at 0, sum 0.0, "
                        + "min -0.0 at 0, prod -0.0",
                        -0f, 0, -0f, -0f),
                specials("relu [0.0, 0.0, 0.0, 0.0], maximum [0.0, 0.0, 0.0, 0.0], max -Infinity at 0, "
                        + "sum -Infinity, min -Infinity at 0, prod Infinity", -inf, -inf, -inf, -inf));
    }

    private static org.junit.jupiter.params.provider.Arguments specials(String expected, float... row) {
        return org.junit.jupiter.params.provider.Arguments.of(row, expected);
    }

    /** Two graphs of one name, or of names that are one package, don't meet: each has its own class loader. */
    @Test
    void graphsOfOneName() {
        for (String name : List.of("a.b", "a_b", "a.b", "_", "x".repeat(200))) {
            GraphBuilder g = Graph.builder(name);
            Expr x = g.input("x", FLOAT32, Shape.of(2));
            g.function("f").returns("y", x.times(name.length()));
            assertEquals(name.length() * 3f, Compiler.compile(g.build()).newSession(1).call("f")
                    .input("x", Tensor.of(new float[]{1, 3}, 2)).run().tensor("y").toFloats()[1], name);
        }
    }

    /** Every kind of array, so that no copy is forgotten. */
    @ParameterizedTest
    @org.junit.jupiter.params.provider.EnumSource(DType.class)
    void aResultThatIsAnInput(DType dtype) {
        GraphBuilder g = Graph.builder("copy");
        Expr x = g.input("x", dtype, Shape.of(N, 3));
        g.function("f").returns("x", x).returns("t", x.transpose())
                .returns("flipped", x.flip()).returns("part", x.get(Slice.all().step(2), Slice.from(1)))
                .returns("joined", Expr.concat(0, x, x.flip(1))).returns("padded", x.pad(1, 1, 9, 1))
                .returns("empty", Expr.concat(1, x.slice(1, 0, 0), x.slice(1, 2, 2)));
        check(g.build(), 0, 1, 33);
    }
}
