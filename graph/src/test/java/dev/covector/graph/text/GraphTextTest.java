package dev.covector.graph.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GraphTextTest {
    /** One line of each primitive; %0 to %10 are the leaves of {@link #LEAVES}. */
    private static final String PRIMITIVES = """
            input y : f64[]
            input y : bool[n,2*n+1]
            constant 7 : i32[]
            constant [1.5,-0.0] : f32[2]
            iota axis=1 : i64[2,n]
            extent n : f32[]
            extent m*n+3 : i64[]
            random_bits stream=3 : i32[n,3]
            random_bits stream=-5972342 : i64[2]
            neg %0 : f32[n,3]
            abs %0 : f32[n,3]
            sign %0 : f32[n,3]
            exp %0 : f32[n,3]
            log %0 : f32[n,3]
            sqrt %0 : f32[n,3]
            expm1 %0 : f32[n,3]
            log1p %0 : f32[n,3]
            rsqrt %0 : f32[n,3]
            sin %0 : f32[n,3]
            cos %0 : f32[n,3]
            tan %0 : f32[n,3]
            asin %0 : f32[n,3]
            acos %0 : f32[n,3]
            atan %0 : f32[n,3]
            pow %0 %1 : f32[n,3]
            atan2 %0 %1 : f32[n,3]
            sinh %0 : f32[n,3]
            cosh %0 : f32[n,3]
            softplus %0 : f32[n,3]
            erf %0 : f32[n,3]
            floor %0 : f32[n,3]
            ceil %0 : f32[n,3]
            round %0 : f32[n,3]
            is_nan %0 : bool[n,3]
            is_finite %0 : bool[n,3]
            square %0 : f32[n,3]
            reciprocal %0 : f32[n,3]
            tanh %0 : f32[n,3]
            sigmoid %0 : f32[n,3]
            relu %0 : f32[n,3]
            not %3 : bool[n,3]
            add %0 %1 : f32[n,3]
            sub %0 %1 : f32[n,3]
            mul %0 %1 : f32[n,3]
            div %0 %1 : f32[n,3]
            rem %0 %1 : f32[n,3]
            max %0 %1 : f32[n,3]
            min %0 %1 : f32[n,3]
            and %3 %3 : bool[n,3]
            or %3 %3 : bool[n,3]
            xor %3 %3 : bool[n,3]
            shift_left %5 %5 : i64[3]
            shift_right %5 %5 : i64[3]
            shift_right_logical %4 %4 : i32[n]
            eq %0 %1 : bool[n,3]
            ne %0 %1 : bool[n,3]
            lt %0 %1 : bool[n,3]
            le %0 %1 : bool[n,3]
            gt %0 %1 : bool[n,3]
            ge %0 %1 : bool[n,3]
            select %3 %0 %1 : f32[n,3]
            cast %0 : i32[n,3]
            reshape %0 : f32[3*n]
            broadcast %0 axes=[1,2] : f32[7,n,3]
            transpose %0 permutation=[1,0] : f32[3,n]
            slice %0 [1:n,0:3:2] : f32[n-1,2]
            slice %0 [n-2:n,0:0] : f32[2,0]
            reverse %0 axes=[0,1] : f32[n,3]
            reverse %0 axes=[] : f32[n,3]
            pad %0 %8 low=[1,-1] high=[n,0] : f32[2*n+1,2]
            pad %0 %8 low=[0,0] high=[0,0] interior=[0,2] : f32[n,7]
            concat %0 %1 %0 axis=1 : f32[n,9]
            concat %7 %7 axis=0 : f32[2*m]
            reduce_sum %0 axes=[0,1] : f32[]
            reduce_sum %0 axes=[] : f32[n,3]
            reduce_max %0 axes=[1] : f32[n]
            reduce_prod %0 axes=[1] : f32[n]
            reduce_min %0 axes=[1] : f32[n]
            reduce_any %3 axes=[1] : bool[n]
            reduce_all %3 axes=[0,1] : bool[]
            argmax %0 axis=1 : i32[n]
            argmin %0 axis=0 : i32[3]
            partial_sum %0 axis=0 block=32 : f32[floordiv(n+31,32),3]
            cumsum %0 axis=1 : f32[n,3]
            cumsum %4 axis=0 exclusive : i32[n]
            cumsum %0 axis=0 reverse : f32[n,3]
            cumsum %0 axis=0 exclusive reverse : f32[n,3]
            argsort %0 axis=1 : i32[n,3]
            argsort %3 axis=0 descending : i32[n,3]
            windows %9 axes=[2,3] windows=[2,3] strides=[1,2] dilations=[1,2] : f32[2,n,2,2,4,2,3]
            dot %0 %2 contract=[1]x[0] : f32[n,4]
            dot %0 %1 batch=[0]x[0] contract=[1]x[1] : f32[n]
            dot %0 %2 contract=[]x[] : f32[n,3,3,4]
            window_sum %0 window=[1,2] : f32[n,2]
            window_max %0 window=[2,2] stride=[3,1] : f32[floordiv(n+1,3),2]
            window_min %5 window=[3] stride=[7] : i64[1]
            window_argmax %0 window=[1,3] stride=[1,2] : i32[n,1]
            window_argmin %0 window=[2,1] : i32[n-1,3]
            conv %9 %10 : f32[2,n,2,7,5]
            conv %9 %10 stride=[2,1] low=[1,m] high=[-1,0] : f32[2,n,1,m+7,5]
            conv %9 %10 input_dilation=[1,3] kernel_dilation=[2,2] : f32[2,n,1,20,5]
            conv %9 %10 stride=[3,4] high=[3,0] input_dilation=[2,1] : f32[2,n,3,2,5]
            gather %2 %4 axis=1 : f32[3,n]
            scatter_add %0 %5 %6 axis=0 : f32[n,3]
            gradient %0 %2 %1 : f32[3,4]
            stop_gradient %0 : f32[n,3]
            """;
    static final String LEAVES = """
            graph
              %0 = input a : f32[n,3]
              %1 = input b : f32[n,3]
              %2 = input c : f32[3,4]
              %3 = input p : bool[n,3]
              %4 = input i : i32[n]
              %5 = input j : i64[3]
              %6 = input u : f32[3,3]
              %7 = input v : f32[m]
              %8 = input s : f32[]
              %9 = input d : f32[2,n,3,8,4]
              %10 = input k : f32[2,2,2,4,5]
            """;

    static final String RULE = """
            covector 1
            graph rule
              %0 = input a : f32[3]
              %1 = exp %0 : f32[3]
              %2 = placeholder id=0 : f32[3]  as result
              %3 = placeholder id=1 : f32[3]  as cotangent at Rule.java:7
              %4 = mul %3 %2 : f32[3]
              %5 = custom_gradient %1 %0 %2 %3 %4 : f32[3]  as grown at Rule.java:7
              function f(%0) -> y=%5
            """;

    static Stream<String> primitives() {
        return PRIMITIVES.lines();
    }

    @ParameterizedTest
    @MethodSource("primitives")
    void everyPrimitiveComesBack(String primitive) {
        String text = around(primitive);
        Graph graph = GraphText.parse(text);
        assertEquals(text, GraphText.annotated(graph));
        assertComesBack(graph);
    }

    /** A graph that computes a primitive. */
    static String around(String primitive) {
        return LEAVES.replace("graph\n", "covector 1\ngraph all\n") + "  %11 = " + primitive
                + "\n  function f(%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10"
                + (primitive.startsWith("input") ? ", %11" : "")
                + ") -> a=%0, b=%1, c=%2, p=%3, i=%4, j=%5, u=%6, v=%7, s=%8, d=%9, k=%10, result=%11\n";
    }

    @Test
    void theTableOfPrimitivesIsComplete() {
        Set<String> covered = primitives()
                .map(primitive -> GraphText.parse(LEAVES + "%11 = " + primitive
                        + "\nfunction f -> n=%0, m=%7, r=%11"))
                .map(graph -> result(graph, "r").op().getClass())
                .map(Class::getSimpleName).collect(Collectors.toCollection(TreeSet::new));
        covered.add("Parameter"); // has a line of its own: see parametersFunctionsAndUpdates
        covered.addAll(Set.of("Placeholder", "CustomGradient")); // need each other: see aRuleComesBack
        assertEquals(Arrays.stream(Op.class.getPermittedSubclasses()).map(Class::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new)), covered);
    }

    @Test
    void aRuleComesBack() {
        Graph graph = GraphText.parse(RULE);
        assertEquals(RULE, GraphText.annotated(graph));
        assertComesBack(graph);
    }

    private static Node result(Graph graph, String name) {
        return Objects.requireNonNull(graph.function("f").results().get(name), name);
    }

    private static void assertComesBack(Graph graph) {
        String annotated = GraphText.annotated(graph);
        String canonical = GraphText.canonical(graph);
        assertEquals(annotated, GraphText.annotated(GraphText.parse(annotated)));
        assertEquals(canonical, GraphText.canonical(GraphText.parse(annotated)));
        assertEquals(canonical, GraphText.canonical(GraphText.parse(canonical)));
        assertTrue(canonical.startsWith("covector 1\n" + GraphText.structure(graph)), canonical);
    }

    @Test
    void bothPrintingsOfATrainingStep() {
        Graph graph = training();
        assertEquals("""
                covector 1
                graph line
                  %0 = input x : f32[batch,2]  at GraphTextTest.java:L
                  %1 = parameter w : f32[2]  at GraphTextTest.java:L
                  %2 = constant 0.5 : f32[]  at GraphTextTest.java:L
                  %3 = broadcast %2 axes=[] : f32[2]  at GraphTextTest.java:L
                  %4 = parameter steps : i64[]  at GraphTextTest.java:L
                  %5 = constant 0 : i64[]  at GraphTextTest.java:L
                  %6 = dot %0 %1 contract=[1]x[0] : f32[batch]  as prediction at GraphTextTest.java:L
                  %7 = square %6 : f32[batch]  at GraphTextTest.java:L
                  %8 = reduce_sum %7 axes=[0] : f32[]  at GraphTextTest.java:L
                  %9 = extent batch : f32[]  at GraphTextTest.java:L
                  %10 = div %8 %9 : f32[]  at GraphTextTest.java:L
                  %11 = constant 1.0 : f32[]  at GraphTextTest.java:L
                  %12 = gradient %10 %1 %11 : f32[2]  at GraphTextTest.java:L
                  %13 = constant 0.1 : f32[]  at GraphTextTest.java:L
                  %14 = broadcast %13 axes=[] : f32[2]  at GraphTextTest.java:L
                  %15 = mul %12 %14 : f32[2]  at GraphTextTest.java:L
                  %16 = sub %1 %15 : f32[2]  at GraphTextTest.java:L
                  %17 = constant 1 : i64[]  at GraphTextTest.java:L
                  %18 = add %4 %17 : i64[]  at GraphTextTest.java:L
                  parameter %1 initial=%3 trainable
                  parameter %4 initial=%5
                  function predict(%0) -> y=%6
                  function train(%0) -> loss=%10, y=%6 update %1=%16, %4=%18
                """, GraphText.annotated(graph).replaceAll("(?m)java:\\d+$", "java:L"));
        assertEquals("""
                covector 1
                graph
                  %0 = input x : f32[batch,2]
                  %1 = parameter w : f32[2]
                  %2 = constant #0 : f32[]
                  %3 = broadcast %2 axes=[] : f32[2]
                  %4 = parameter steps : i64[]
                  %5 = constant #1 : i64[]
                  %6 = dot %0 %1 contract=[1]x[0] : f32[batch]
                  %7 = square %6 : f32[batch]
                  %8 = reduce_sum %7 axes=[0] : f32[]
                  %9 = extent batch : f32[]
                  %10 = div %8 %9 : f32[]
                  %11 = constant #2 : f32[]
                  %12 = gradient %10 %1 %11 : f32[2]
                  %13 = constant #3 : f32[]
                  %14 = broadcast %13 axes=[] : f32[2]
                  %15 = mul %12 %14 : f32[2]
                  %16 = sub %1 %15 : f32[2]
                  %17 = constant #4 : i64[]
                  %18 = add %4 %17 : i64[]
                  parameter %1 initial=%3 trainable
                  parameter %4 initial=%5
                  function predict(%0) -> y=%6
                  function train(%0) -> loss=%10, y=%6 update %1=%16, %4=%18
                  #0 = 0.5
                  #1 = 0
                  #2 = 1.0
                  #3 = 0.1
                  #4 = 1
                """, GraphText.canonical(graph));
        assertComesBack(graph);
    }

    static Graph training() {
        GraphBuilder g = Graph.builder("line");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(Dim.of("batch"), 2));
        Expr w = g.parameter("w", DType.FLOAT32, Shape.of(2), Initializers.constant(0.5));
        Expr steps = g.state("steps", DType.INT64, Shape.scalar(), Initializers.zeros());
        Expr y = x.matmul(w).named("prediction");
        Expr loss = y.square().mean();
        g.function("predict").returns("y", y);
        g.function("train").returns("loss", loss).returns("y", y).updates(Sgd.of(0.1).minimize(loss))
                .updates(steps, steps.plus(1));
        return g.build();
    }

    @Test
    void aWholeNetworkComesBack() {
        GraphBuilder g = Graph.builder("mlp");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(Dim.of("batch"), 784));
        Expr label = g.input("label", DType.INT32, Shape.of(Dim.of("batch")));
        Linear hidden = Linear.of(g, "hidden", 784, 256);
        Linear output = Linear.of(g, "output", 256, 10);
        Expr logits = output.invoke(hidden.invoke(x).relu());
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        g.function("predict").returns("probability", logits.softmax(-1));
        g.function("train").returns("loss", loss).updates(Sgd.of(0.1).minimize(loss));
        assertComesBack(g.build());
    }

    @Test
    void graphsThatDifferInScalarsOnlyShareTheirStructure() {
        Graph half = scaled("a", "half", 0.5);
        Graph third = scaled("b", "third", 1.0 / 3);
        assertEquals(GraphText.structure(half), GraphText.structure(third));
        assertEquals("covector 1\n" + GraphText.structure(half) + "  #0 = 0.5\n", GraphText.canonical(half));
        assertEquals("covector 1\n" + GraphText.structure(third) + "  #0 = 0.33333334\n",
                GraphText.canonical(third));
    }

    private static Graph scaled(String name, String factorName, double factor) {
        GraphBuilder g = Graph.builder(name);
        Expr x = g.input("x", DType.FLOAT32, Shape.of(3));
        g.function("f").returns("y", x.times(factor).named(factorName));
        return g.build();
    }

    static Stream<Tensor> literals() {
        float[] many = new float[17];
        for (int i = 0; i < many.length; i++) {
            many[i] = (float) StrictMath.sin(i) / 0x1p120f;
        }
        many[3] = Float.NaN;
        many[4] = -0f;
        int[] minusOnes = new int[17];
        Arrays.fill(minusOnes, -1);
        return Stream.of(Tensor.scalar(0.1f), Tensor.scalar(-0f), Tensor.scalar(Float.NaN),
                Tensor.scalar(Float.intBitsToFloat(0x7fc12345)),
                Tensor.scalar(Float.POSITIVE_INFINITY), Tensor.scalar(Float.NEGATIVE_INFINITY),
                Tensor.scalar(Float.MIN_VALUE), Tensor.scalar(Float.MAX_VALUE), Tensor.scalar(0.1),
                Tensor.scalar(-0.0), Tensor.scalar(Double.MIN_VALUE), Tensor.scalar(2e-323),
                Tensor.scalar(Double.MAX_VALUE), Tensor.scalar(Double.NaN),
                Tensor.scalar(Double.NEGATIVE_INFINITY), Tensor.scalar(Integer.MIN_VALUE),
                Tensor.of(new long[]{Long.MIN_VALUE}), Tensor.of(new long[]{Long.MAX_VALUE}),
                Tensor.of(new boolean[]{true}), Tensor.of(new boolean[]{false}),
                Tensor.zeros(DType.FLOAT32, 0, 3),
                Tensor.of(new float[]{1, -2.5f, Float.NaN}, 3),
                Tensor.of(new long[]{Long.MIN_VALUE, 1}, 1, 2),
                Tensor.of(new boolean[]{true, false}, 2), Tensor.of(many, 17),
                Tensor.of(new double[40], 5, 8),
                Tensor.of(new int[]{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, -1}, 9, 2),
                Tensor.of(new long[18], 18), Tensor.of(minusOnes, 17), // in base64 a row of slashes
                Tensor.of(new boolean[]{true, true, false, true, true, true, true,
                    true, true, true, true, true, true, true, true, true, true, false}, 18),
                Tensor.of(new float[]{7, 8, 9, 10}, 2, 2).rows(1, 2));
    }

    @ParameterizedTest
    @MethodSource("literals")
    void constantsKeepTheirBits(Tensor value) {
        Graph graph = of(value);
        for (String text : new String[]{GraphText.annotated(graph), GraphText.canonical(graph)}) {
            Op op = result(GraphText.parse(text), "y").op();
            assertEquals(new Op.Constant(Literal.of(value)), op, text);
        }
        assertComesBack(graph);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            f32 | 0.1                        | 0.1
            f32 | 1e10                       | 1.0E10
            f32 | 16777217                   | 1.6777216E7
            f32 | 1.                         | 1.0
            f32 | -.5e-3                     | -5.0E-4
            f32 | 1e39                       | inf
            f64 | 0.1                        | 0.1
            f64 | -0                         | -0.0
            i32 | -2147483648                | -2147483648
            i64 | 9223372036854775807        | 9223372036854775807
            bool | true                      | true
            """)
    void numbersMayBeWrittenInOtherWays(String dtype, String written, String printed) {
        Graph graph = GraphText.parse(
                "graph\n%0 = constant " + written + " : " + dtype + "[]\nfunction f -> y=%0\n");
        assertEquals("%0 = constant " + printed + " : " + dtype + "[]",
                GraphText.annotated(graph).lines().toList().get(2).strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "784", "n", "2*n", "2*n+1", "n-1", "-n+10", "n*n*n", "m*n+3*m+2*n-7",
        "floordiv(n+31,32)", "2*floordiv(n,2)*m-1", "floordiv(floordiv(n+1,2)+1,2)",
        "-2*n+9223372036854775807"})
    void dimensionsComeBack(String dim) {
        assertEquals(dim, new Cursor(dim, 0).dim().toString());
    }

    @Test
    void handWrittenTextIsFree() {
        Graph graph = GraphText.parse("""

                // what it is about
                graph   hand // named
                %10=input x:f32[ 2 , n ]   // any numbers, any spaces
                \t%7 = add %10 %10 : f32[2,n] as twice at My File.kt:3 // and a comment

                function f -> twice = %7, x = %10
                function g(%10) -> y=%10""");
        assertEquals("""
                covector 1
                graph hand
                  %0 = input x : f32[2,n]
                  %1 = add %0 %0 : f32[2,n]  as twice at My File.kt:3
                  function f(%0) -> twice=%1, x=%0
                  function g(%0) -> y=%0
                """, GraphText.annotated(graph));
        assertEquals("My File.kt:3", String.valueOf(result(graph, "twice").line()));
        assertEquals("x", result(graph, "x").name());
        GraphText.parse(GraphText.annotated(graph).replace("\n", "\r\n"));
    }

    @Test
    void parametersFunctionsAndUpdates() {
        String text = """
                covector 1
                graph g
                  %0 = parameter a.b : f32[]
                  %1 = parameter c : i64[]
                  %2 = constant 0.0 : f32[]
                  %3 = constant 0 : i64[]
                  %4 = parameter a.b/adam.m : f32[]
                  parameter %0 initial=%2 trainable
                  parameter %1 initial=%3
                  parameter %4 initial=%2
                  function swap() update %0=%2, %1=%3
                  function read() -> a=%0, c=%1
                """;
        assertEquals(text, GraphText.annotated(GraphText.parse(text)));
        assertComesBack(GraphText.parse(text));
    }

    @Test
    void deepGraphsNeedNoStack() {
        GraphBuilder g = Graph.builder("deep");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(Dim.of("n")));
        Expr y = x;
        for (int i = 0; i < 5_000; i++) {
            y = y.times(i).plus(x);
        }
        g.function("f").returns("y", y);
        Graph graph = g.build();
        assertEquals(20_001, graph.nodes().size());
        assertComesBack(graph);
    }

    @Test
    void aFileMustSayItsVersion(@TempDir Path directory) throws IOException {
        String text = "graph g\n  %0 = input x : f32[]\n  function f(%0) -> y=%0\n";
        Path file = Files.writeString(directory.resolve("g.txt"), text);
        GraphSyntaxException e = assertThrows(GraphSyntaxException.class, () -> GraphText.read(file));
        assertEquals("expected the version of the format, \"covector 1\", found \"graph\"\ngraph g\n^",
                e.problem());

        Files.writeString(file, "covector 1\n" + text);
        assertEquals("covector 1\n" + text, GraphText.annotated(GraphText.read(file)));

        Files.write(file, new byte[]{'c', (byte) 0xff});
        assertEquals(file + ": expected a text in UTF-8",
                assertThrows(IOException.class, () -> GraphText.read(file)).getMessage());
    }

    static Graph of(Tensor value) {
        GraphBuilder g = Graph.builder("g");
        g.function("f").returns("y", g.constant(value));
        return g.build();
    }

    /** Pairs of a text and its message, in a file where both can be read as they are. */
    static Stream<String[]> mistakes() throws IOException {
        try (InputStream file = GraphTextTest.class.getResourceAsStream("mistakes.txt")) {
            String all = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(all.split("----\n")).map(mistake -> mistake.split("=>\n"));
        }
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreShownWhereTheyAre(String text, String message) {
        GraphSyntaxException e = assertThrows(GraphSyntaxException.class, () -> GraphText.parse(text));
        assertEquals(message.stripTrailing(), e.getMessage());
        assertTrue(message.startsWith("line " + e.line() + ", column " + e.column() + ": "), message);
    }
}
