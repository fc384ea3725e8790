package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.loop.LoopPrinter;
import dev.covector.compiler.loop.Methods;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Dropout;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Equal nests run one method. */
final class SharedMethodsTest {
    private static final int LAYERS = 5;
    private static final Dim N = Dim.of("n");
    private static final Dim M = Dim.of("m");

    /** A deep perceptron with dropout and Adam: in its layers, initial values and updates is what a table has to tell. */
    private static Graph deep(int layers) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("deep");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, 40));
        Expr label = g.input("label", INT32, Shape.of(batch));
        Expr y = Linear.of(g, "in", 40, 48).invoke(x).relu();
        for (int i = 0; i < layers; i++) {
            y = Linear.of(g, "hidden" + i, 48, 48).invoke(y).relu();
            y = Dropout.of(0.25).invoke(y);
        }
        Expr loss = Losses.softmaxCrossEntropy(Linear.of(g, "out", 48, 10).invoke(y), label).mean();
        g.function("train").returns("loss", loss).updates(Adam.of(0.01).minimize(loss));
        return g.build();
    }

    private static Methods train(Graph graph) {
        return Compilation.of(graph).functions().getFirst().methods();
    }

    @Test
    void deeperNetworksHaveNoMoreMethods() {
        Methods five = train(deep(LAYERS));
        Methods ten = train(deep(2 * LAYERS));
        assertEquals(five.emitted().size(), ten.emitted().size());
        assertTrue(ten.nests().size() >= five.nests().size() + 8 * LAYERS, ten.nests().size() + " nests");
        assertTrue(five.nests().size() >= five.emitted().size() + 8 * (LAYERS - 1),
                five.nests().size() + " nests, " + five.emitted().size() + " methods");
    }

    /** What the two kernels of a row may read. */
    record Operands(GraphBuilder g, Expr a, Expr b) {
        static Operands make() {
            GraphBuilder g = Graph.builder("pair");
            return new Operands(g, g.input("a", FLOAT32, Shape.of(N, 4)),
                    g.input("b", FLOAT32, Shape.of(N, 4)));
        }

        Expr other(DType dtype, Dim rows, int columns) {
            return g.input("c", dtype, Shape.of(rows, columns));
        }

        Expr wide(Dim columns) {
            return g.input("wide_" + columns, FLOAT32, Shape.of(Dim.of(4), columns));
        }
    }

    private static Arguments row(String name, int methods, Function<Operands, Expr> first,
            Function<Operands, Expr> second) {
        return Arguments.of(name, methods, first, second);
    }

    static Stream<Arguments> pairs() {
        return Stream.of(
                row("other buffers", 1, o -> o.a().exp(), o -> o.b().exp()),
                row("other literals", 1, o -> o.a().times(2), o -> o.b().times(3)),
                row("other dimensions", 1, o -> o.wide(N).sum(1), o -> o.wide(M).sum(1)),
                row("other functions", 2, o -> o.a().exp(), o -> o.b().log()),
                row("other types", 2, o -> o.a().abs(), o -> o.other(FLOAT64, N, 4).abs()),
                row("literals of other types", 2, o -> o.other(INT32, N, 4).times(2), o -> o.a().times(2)),
                row("other extents", 2, o -> o.a().sum(1), o -> o.other(FLOAT32, N, 5).sum(1)),
                row("an extent and a dimension", 2, o -> o.a().sum(1), o -> o.wide(N).sum(1)),
                row("other strides", 2, o -> o.a().transpose(1, 0).exp(), o -> o.b().exp()),
                row("other offsets", 2, o -> o.a().get(Slice.all(), Slice.from(1)).exp(),
                        o -> o.b().get(Slice.all(), Slice.range(0, 3)).exp()),
                row("one buffer twice", 2, o -> o.a().times(o.b()), o -> o.b().square()),
                row("swapped", 1, o -> o.a().minus(o.b()), o -> o.b().minus(o.a())),
                row("an array that begins at 0", 2, o -> o.a().exp(),
                        o -> o.g().parameter("p", FLOAT32, Shape.of(4, 4), Initializers.normal(1)).exp()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void equalNestsShare(String name, int methods, Function<Operands, Expr> first,
            Function<Operands, Expr> second) {
        Operands operands = Operands.make();
        operands.g().function("f").returns("p", first.apply(operands)).returns("q", second.apply(operands));
        Methods shared = train(operands.g().build());
        assertEquals(2, shared.nests().size());
        assertEquals(methods, shared.emitted().size(),
                () -> LoopPrinter.print(shared, List.of()).text());
    }

    /** The same network with a method for each nest. */
    private static CompiledGraph apart(Compilation c) {
        List<Compilation.Compiled> functions = new ArrayList<>();
        for (Compilation.Compiled of : c.functions()) {
            Methods methods = Methods.apart(of.methods().nests());
            functions.add(new Compilation.Compiled(of.name(), of.className(), of.plan(), of.requirements(),
                    methods, LoopPrinter.print(methods, PlanText.headers(of.plan()))));
        }
        return CompiledGraph
                .of(Compiler.program(new Compilation(c.source(), c.simplified(), c.differentiated(),
                        c.simplifiedAgain(), c.specialised(), functions), new CompileCache()));
    }

    @Test
    void givesTheBitsOfMethodsApart() {
        Compilation compilation = Compilation.of(deep(LAYERS));
        CompiledGraph shared = CompiledGraph.of(Compiler.program(compilation, new CompileCache()));
        assertArrayEquals(losses(apart(compilation)), losses(shared));
    }

    private static double[] losses(CompiledGraph compiled) {
        Session session = compiled.newSession(3,
                SessionOptions.defaults().flavour(CompiledExecution.flavourOfTheBuild()));
        PreparedCall call = session.prepare("train");
        double[] losses = new double[6];
        for (int step = 0; step < losses.length; step++) {
            int batch = 33 + 10 * (step % 2);
            losses[step] = call.input("x", Networks.images(batch, 40, step))
                    .input("label", Networks.labels(batch, 10, step)).run().scalar("loss");
        }
        assertEquals(losses.length, Arrays.stream(losses).distinct().count());
        return losses;
    }

    /** The check of the second table, whose code is that of the first. */
    @Test
    void checksNameTheirOwnLines() {
        GraphBuilder g = Graph.builder("tables");
        Dim n = Dim.of("n");
        Expr i = g.input("i", INT32, Shape.of(n));
        Expr j = g.input("j", INT32, Shape.of(n));
        Expr first = g.input("a", FLOAT32, Shape.of(7, 3)).gather(i, 0).named("first");
        Expr second = g.input("b", FLOAT32, Shape.of(7, 3)).gather(j, 0).named("second");
        g.function("f").returns("p", first).returns("q", second);
        Graph graph = g.build();
        assertEquals(1, train(graph).emitted().size());
        Tensor table = Networks.images(7, 3, 1);
        RuntimeException e = assertThrows(RuntimeException.class,
                () -> Compiler.compile(graph).newSession(1).call("f").input("a", table).input("b", table)
                        .input("i", Tensor.of(new int[]{1, 2}, 2)).input("j", Tensor.of(new int[]{1, 9}, 2))
                        .run());
        assertTrue(String.valueOf(e.getMessage()).contains("second = gather"), e::toString);
    }
}
