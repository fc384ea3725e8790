package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.ir.Op;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.CallException;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.kernel.FunctionCode;
import dev.covector.runtime.kernel.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CompileCacheTest {
    private final CompileCache cache = new CompileCache();

    private CompiledGraph compile(Graph graph) {
        return Compiler.compile(graph, CompilerOptions.defaults(), cache);
    }

    private List<FunctionCode> codes(Graph graph) {
        Program program = cache.find(CompileCache.Key.of(graph), graph);
        assertNotNull(program, "the graph is not in the cache");
        return program.functions().stream().map(Program.Function::code).toList();
    }

    private static Graph parsed(String text) {
        return GraphText.parse(text);
    }

    private static float[] call(CompiledGraph compiled, float... x) {
        return compiled.newSession(1).call("f").input("x", Tensor.of(x, x.length)).run().tensor("y")
                .toFloats();
    }

    /** The first graph is compiled; is the second one found? */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            the same                    | true  |                                |
            another name                | true  | graph g                        | graph other
            other names of values       | true  | : f32[2]                       | : f32[2] as z
            other lines                 | true  | : f32[2]                       | : f32[2] at Other.java:7
            another numbering           | true  | %3                             | %17
            another scalar              | false | constant 0.5                   | constant 0.25
            the other zero              | false | constant 0.0                   | constant -0.0
            another element             | false | constant [1.0,2.0]             | constant [1.0,2.5]
            another order of operands   | false | sub %4 %1                      | sub %1 %4
            another input               | false | input x                        | input z
            another parameter           | false | parameter w                    | parameter v
            not trainable               | false | initial=%6 trainable           | initial=%6
            another stream              | false | stream=3                       | stream=4
            another function            | false | function f                     | function h
            another result              | false | y=%7                           | z=%7
            no update                   | false | update %0=%7                   |
            """)
    void findsGraphsThatAreEqualButForNamesAndLines(String what, boolean found, @Nullable String before,
            @Nullable String after) {
        String text = """
                graph g
                  %0 = parameter w : f32[2]
                  %1 = input x : f32[2]
                  %2 = constant 0.5 : f32[]
                  %3 = broadcast %2 axes=[] : f32[2]
                  %4 = mul %1 %3 : f32[2]
                  %5 = sub %4 %1 : f32[2]
                  %13 = random_bits stream=3 : i32[2]
                  %6 = cast %13 : f32[2]
                  %8 = constant [1.0,2.0] : f32[2]
                  %9 = add %5 %8 : f32[2]
                  %10 = constant 0.0 : f32[]
                  %11 = broadcast %10 axes=[] : f32[2]
                  %12 = div %9 %11 : f32[2]
                  %7 = add %12 %0 : f32[2]
                  parameter %0 initial=%6 trainable
                  function f(%1) -> y=%7 update %0=%7
                """;
        String other = before == null ? text : text.replace(before, after == null ? "" : after);
        assertEquals(before == null, other.equals(text), "what is replaced");
        compile(parsed(text));
        compile(parsed(other));
        assertEquals(new CacheStatistics(found ? 1 : 0, found ? 1 : 2, found ? 1 : 2), cache.statistics());
    }

    /** Two graphs that are equal, made at different lines: the second hits the cache. */
    @Test
    void errorsNameTheLinesOfTheirOwnGraph() {
        List<Graph> graphs = List.of(
                lookup("first", (table, i) -> table.gather(i, 0).named("row")),
                lookup("second", (table, i) -> table.gather(i, 0).named("line")));
        List<String> messages = new ArrayList<>();
        for (Graph graph : graphs) {
            CompiledGraph compiled = compile(graph);
            assertEquals(graph.name(), compiled.name());
            messages.add(assertThrows(CallException.class, () -> compiled.newSession(1).call("f")
                    .input("table", Tensor.zeros(FLOAT32, 3, 8)).input("i", Tensor.of(new int[]{0, 5}, 2))
                    .run())
                    .getMessage());
        }
        assertEquals(new CacheStatistics(1, 1, 1), cache.statistics());
        assertNotEquals(line(graphs.get(0)), line(graphs.get(1)));
        assertEquals(List.of("row = gather (" + line(graphs.get(0)) + "): index 5 is not within [0, 3)",
                "line = gather (" + line(graphs.get(1)) + "): index 5 is not within [0, 3)"), messages);
        assertEquals(codes(graphs.get(0)), codes(graphs.get(1)), "the functions' code");
    }

    private static Graph lookup(String name, BinaryOperator<Expr> gather) {
        GraphBuilder g = Graph.builder(name);
        Expr table = g.input("table", FLOAT32, Shape.of(Dim.of("n"), 8));
        Expr i = g.input("i", INT32, Shape.of(Dim.of("k")));
        g.function("f").returns("y", gather.apply(table, i).times(2));
        return g.build();
    }

    /** Such as {@code CompileCacheTest.java:10}, where the graph's gather was made. */
    private static String line(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof Op.Gather).findFirst()
                .map(node -> String.valueOf(node.line())).orElseThrow();
    }

    /** A dump is of the graph at hand, also where its classes are another's. */
    @Test
    void dumpsNameTheLinesOfTheirOwnGraph(@TempDir Path directory) throws Exception {
        compile(lookup("first", (table, i) -> table.gather(i, 0)));
        Graph second = lookup("second", (table, i) -> table.gather(i, 0));
        Compiler.compile(second, CompilerOptions.defaults().dumpTo(directory), cache);
        try (Stream<Path> files = Files.list(directory)) {
            Path kernels =
                    files.filter(file -> file.toString().endsWith("-f.kernels")).findFirst().orElseThrow();
            String own = Files.readString(kernels);
            assertTrue(own.contains("# for " + line(second) + ", "), own);
        }
        assertEquals(new CacheStatistics(0, 2, 1), cache.statistics());
    }

    @Test
    void graphsThatDifferInScalarsShareClassesButNotResults() {
        Graph half = scaled(0.5);
        Graph third = scaled(1.0 / 3);
        assertEquals("[1.0, 2.0]", Arrays.toString(call(compile(half), 2, 4)));
        assertEquals("[2.0, 3.0]", Arrays.toString(call(compile(third), 6, 9)));
        assertSame(codes(half).getFirst(), codes(third).getFirst());
        // What a pass makes of a scalar is code: x * 1 is x.
        Graph one = scaled(1);
        assertEquals("[6.0, 9.0]", Arrays.toString(call(compile(one), 6, 9)));
        assertNotEquals(codes(half), codes(one));
    }

    private static Graph scaled(double factor) {
        GraphBuilder g = Graph.builder("scaled");
        g.function("f").returns("y", g.input("x", FLOAT32, Shape.of(2)).times(factor));
        return g.build();
    }

    /** The cache knows keys by their hash codes; two may have the same one. */
    @Test
    void keysWithTheSameHashCodeAreToldApart() {
        CompileCache.Key a = CompileCache.Key.of(named("Aa"));
        CompileCache.Key b = CompileCache.Key.of(named("BB"));
        assertEquals(a.hashCode(), b.hashCode(), "\"Aa\" and \"BB\" have the same hash code");
        compile(named("Aa"));
        assertNull(cache.find(b, named("BB")));
        assertEquals(List.of("BB"), compile(named("BB")).functionNames());
    }

    private static Graph named(String function) {
        return parsed("graph g\n %0 = input x : f32[2]\n %1 = neg %0 : f32[2]\n function " + function
                + "(%0) -> y=%1\n");
    }

    @Test
    void threadsThatCompileOneGraphAtOnceShareItsClasses() throws Exception {
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Callable<float[]>> compilations = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            // Half of them ask for one scalar, half for another: only classes are shared between these.
            double factor = i % 2 == 0 ? 0.5 : 0.25;
            compilations.add(() -> {
                Graph graph = scaled(factor);
                start.await();
                return call(compile(graph), 4, 8);
            });
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<float[]>> results = executor.invokeAll(compilations);
            for (int i = 0; i < threads; i++) {
                assertEquals(i % 2 == 0 ? "[2.0, 4.0]" : "[1.0, 2.0]", Arrays.toString(results.get(i).get()));
            }
        }
        CacheStatistics statistics = cache.statistics();
        assertEquals(threads, statistics.hits() + statistics.misses());
        assertEquals(2, statistics.graphs());
        assertSame(codes(scaled(0.5)).getFirst(), codes(scaled(0.25)).getFirst());
    }
}
