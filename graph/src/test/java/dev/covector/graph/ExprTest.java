package dev.covector.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Type;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Metrics;
import dev.covector.graph.nn.Sgd;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The shape and dtype rules of the language. Refusals stand word for word among the golden error messages. */
final class ExprTest {
    private final GraphBuilder g = Graph.builder("test");
    private int inputs;

    private static Expr indices(Expr x, int... extents) {
        return x.builder().iota(DType.INT32, Shape.of(extents), 0);
    }

    private Expr input(String type) {
        Graph parsed = GraphText.parse("""
                graph
                %0 = input x : TYPE
                %1 = input n : f32[n]
                %2 = input m : f32[m]
                function f -> x=%0, n=%1, m=%2
                """.replace("TYPE", type));
        Type wanted = parsed.nodes().get(0).type();
        return g.input("x" + inputs++, wanted.dtype(), wanted.shape());
    }

    private static String type(Expr expr) {
        return expr.node().type().toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            f32[3]         | f32[3]     | f32[3]
            f32[2,3]       | f32[3]     | f32[2,3]
            f32[3]         | f32[2,3]   | f32[2,3]
            f32[2,1]       | f32[1,3]   | f32[2,3]
            f32[2,1,4]     | f32[3,1]   | f32[2,3,4]
            f32[]          | f32[2,3]   | f32[2,3]
            f32[]          | f32[]      | f32[]
            f32[n,3]       | f32[3]     | f32[n,3]
            f32[n,1]       | f32[n,4]   | f32[n,4]
            f32[n,1]       | f32[m]     | f32[n,m]
            f32[1]         | f32[n]     | f32[n]
            f32[2*n+1]     | f32[2*n+1] | f32[2*n+1]
            f32[0]         | f32[1]     | f32[0]
            f32[2]         | f32[3]     | refused
            f32[2,3]       | f32[2]     | refused
            f32[n]         | f32[m]     | refused
            f32[n]         | f32[4]     | refused
            f32[n]         | f32[2*n]   | refused
            f32[0]         | f32[2]     | refused
            """)
    void operandsBroadcast(String a, String b, String result) {
        Expr left = input(a);
        Expr right = input(b);
        assertRule(result, () -> left.plus(right));
        assertRule(result.replace("f32", "bool"), () -> left.lt(right));
        assertRule(result, () -> left.gt(0).where(left, right));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            f32[2,3]       | f32[3,4]     | f32[2,4]
            f32[n,3]       | f32[3,4]     | f32[n,4]
            f32[3]         | f32[3]       | f32[]
            f32[2,3]       | f32[3]       | f32[2]
            f32[3]         | f32[3,4]     | f32[4]
            f32[5,2,3]     | f32[3,4]     | f32[5,2,4]
            f32[5,2,3]     | f32[3]       | f32[5,2]
            f32[2,3]       | f32[5,3,4]   | f32[5,2,4]
            f32[3]         | f32[5,3,4]   | f32[5,4]
            f32[5,2,3]     | f32[5,3,4]   | f32[5,2,4]
            f32[5,1,2,3]   | f32[6,3,4]   | f32[5,6,2,4]
            f32[1,2,3]     | f32[n,3,4]   | f32[n,2,4]
            f32[n,m,2,3]   | f32[m,3,4]   | f32[n,m,2,4]
            f32[n,m]       | f32[m,n]     | f32[n,n]
            i32[2,3]       | i32[3]       | i32[2]
            f32[2,0]       | f32[0,4]     | f32[2,4]
            f32[2,3]       | f32[2,3]     | refused
            f32[n,3]       | f32[n,3]     | refused
            f32[5,2,3]     | f32[4,3,4]   | refused
            f32[]          | f32[3]       | refused
            f32[3]         | f32[]        | refused
            f32[2,3]       | f64[3,4]     | refused
            bool[2,3]      | bool[3,4]    | refused
            """)
    void matmulIsNumPys(String a, String b, String result) {
        Expr left = input(a);
        Expr right = input(b);
        assertRule(result, () -> left.matmul(right));
    }

    @Test
    void theGeneralContractionOrdersItsAxes() {
        Expr a = input("f32[2,n,3,4]");
        Expr b = input("f32[4,5,n]");
        assertEquals("f32[n,2,3,5]", type(a.dot(b, List.of(1), List.of(-1), List.of(-1), List.of(0))));
        assertEquals("f32[2,n,3,4,4,5,n]", type(a.dot(b, List.of(), List.of(), List.of(), List.of())));
    }

    /** What a method makes of an operand, negative axes included. */
    static Stream<Arguments> movements() {
        List<Arguments> rows = new ArrayList<>();
        row(rows, "f32[2,6]", x -> x.reshape(3, 4), "f32[3,4]");
        row(rows, "f32[2,6]", x -> x.reshape(-1), "f32[12]");
        row(rows, "f32[2,6]", x -> x.reshape(4, -1), "f32[4,3]");
        row(rows, "f32[n,28,28]", x -> x.reshape(-1, 784), "f32[n,784]");
        row(rows, "f32[n,28,28]", x -> x.reshape(-1), "f32[784*n]");
        row(rows, "f32[4*n]", x -> x.reshape(-1, 4), "f32[n,4]");
        row(rows, "f32[n,m]", x -> x.reshape(-1), "f32[m*n]");
        row(rows, "f32[1]", x -> x.reshape(), "f32[]");
        row(rows, "f32[]", x -> x.reshape(1, -1), "f32[1,1]");
        row(rows, "f32[0,3]", x -> x.reshape(-1, 3), "f32[0,3]");
        row(rows, "f32[n,3]", x -> x.reshape(Shape.of(Dim.of(3), Dim.of("n"))), "f32[3,n]");
        row(rows, "f32[0]", x -> x.reshape(0, -1), "refused");
        row(rows, "f32[6]", x -> x.reshape(-2, 3), "refused");
        row(rows, "f32[n]", x -> x.reshape(-1, 2), "refused");
        row(rows, "f32[2,n]", x -> x.transpose(), "f32[n,2]");
        row(rows, "f32[2,3,4]", x -> x.transpose(1, -1, 0), "f32[3,4,2]");
        row(rows, "f32[]", x -> x.transpose(), "f32[]");
        row(rows, "f32[2,3]", x -> x.transpose(0), "refused");
        row(rows, "f32[2,3]", x -> x.transpose(0, 2), "refused");
        row(rows, "f32[2,3]", x -> x.expandDims(0), "f32[1,2,3]");
        row(rows, "f32[2,3]", x -> x.expandDims(-1), "f32[2,3,1]");
        row(rows, "f32[2,3]", x -> x.expandDims(-3), "f32[1,2,3]");
        row(rows, "f32[2,3]", x -> x.expandDims(-4), "refused");
        row(rows, "f32[2,1,3]", x -> x.squeeze(1), "f32[2,3]");
        row(rows, "f32[2,1]", x -> x.squeeze(-1), "f32[2]");
        row(rows, "f32[3]", x -> x.broadcastTo(Shape.of(Dim.of("n"), 3)), "f32[n,3]");
        row(rows, "f32[1,3]", x -> x.broadcastTo(Shape.of(4, 2, 3)), "f32[4,2,3]");
        row(rows, "f32[n]", x -> x.broadcastTo(Shape.of(4)), "refused");
        row(rows, "f32[5,3]", x -> x.get(Slice.from(1)), "f32[4,3]");
        row(rows, "f32[n,3]", x -> x.get(Slice.from(1)), "f32[n-1,3]");
        row(rows, "f32[n,3]", x -> x.get(Slice.to(-2), Slice.at(1)), "f32[n-2]");
        row(rows, "f32[n,3]", x -> x.get(Slice.from(-2)), "f32[2,3]");
        row(rows, "f32[n,3]", x -> x.get(Slice.range(1, -1)), "f32[n-2,3]");
        row(rows, "f32[n]", x -> x.get(Slice.all().step(-2)), "f32[floordiv(n+1,2)]");
        row(rows, "f32[n]", x -> x.get(-1), "f32[]");
        row(rows, "f32[n,3]", x -> x.get(), "f32[n,3]");
        row(rows, "f32[n+2]", x -> x.get(Slice.to(2)), "f32[2]");
        row(rows, "f32[n]", x -> x.get(Slice.to(2)), "refused");
        row(rows, "f32[2,3,4]", x -> x.get(Slice.at(0), Slice.newAxis(), Slice.ellipsis()), "f32[1,3,4]");
        row(rows, "f32[2,3,4]", x -> x.get(Slice.ellipsis(), Slice.newAxis()), "f32[2,3,4,1]");
        row(rows, "f32[2,3,4]", x -> x.get(Slice.ellipsis(), Slice.ellipsis()), "refused");
        row(rows, "f32[2,3]", x -> x.get(0, 1, 2), "refused");
        row(rows, "f32[2,3]", x -> x.get(2), "refused");
        row(rows, "bool[5]", x -> x.slice(-1, 4, 0, -3), "bool[2]");
        row(rows, "f32[2,n]", x -> x.flip(-1), "f32[2,n]");
        row(rows, "f32[2,n]", x -> x.flip(1, -1), "refused");
        row(rows, "f32[2,n]", x -> x.pad(1, 2, 1, 0), "f32[2,n+3]");
        row(rows, "f32[2,n]", x -> x.pad(-1, -2, 0, 0), "f32[2,n-2]");
        row(rows, "f32[2,n]", x -> x.pad(0, -2, -1, 0), "refused");
        row(rows, "i32[2]", x -> x.pad(0, 1, 1, 0.5), "refused");
        row(rows, "f32[2,n]", x -> Expr.concat(-1, x, x.get(Slice.all(), Slice.from(1))), "f32[2,2*n-1]");
        row(rows, "f32[2,n]", x -> Expr.concat(0, x, x.pad(1, 1, 0, 0)), "refused");
        row(rows, "f32[2,n]", x -> Expr.concat(0, x, x.sum(0)), "refused");
        row(rows, "f32[2,n]", x -> Expr.stack(-1, x, x, x), "f32[2,n,3]");
        row(rows, "f32[2,n]", x -> Expr.stack(0, x, x.transpose()), "refused");
        row(rows, "f32[2,4*n]", x -> x.split(1, 2).get(1), "f32[2,2*n]");
        row(rows, "f32[2,n]", x -> x.split(1, 2).get(1), "refused");
        row(rows, "f32[2,n]", x -> x.split(1, new int[]{3, -1}).get(1), "f32[2,n-3]");
        row(rows, "f32[5]", x -> x.split(0, new int[]{3, 1}).get(1), "refused");
        row(rows, "f32[2,n]", x -> x.roll(1, 3), "f32[2,n]");
        row(rows, "f32[2,n]", x -> x.repeat(1, 3), "f32[2,3*n]");
        row(rows, "f32[2,n]", x -> x.tile(0, 3), "f32[6,n]");
        row(rows, "f32[2,3]", x -> x.sum(), "f32[]");
        row(rows, "f32[2,n,4]", x -> x.sum(-1, 0), "f32[n]");
        row(rows, "f32[2,n,4]", x -> x.max(1), "f32[2,4]");
        row(rows, "f32[2,n,4]", x -> x.mean(-2), "f32[2,4]");
        row(rows, "f32[2,n,4]", x -> x.sumKeepDims(0, 2), "f32[1,n,1]");
        row(rows, "f32[2,3]", x -> x.maxKeepDims(), "f32[1,1]");
        row(rows, "f32[2,3]", x -> x.meanKeepDims(-1), "f32[2,1]");
        row(rows, "f32[]", x -> x.sum(), "f32[]");
        row(rows, "f32[]", x -> x.sum(0), "refused");
        row(rows, "bool[3]", x -> x.sum(), "refused");
        row(rows, "i64[2,n,4]", x -> x.min(1), "i64[2,4]");
        row(rows, "f64[2,n,4]", x -> x.prod(-1, 1), "f64[2]");
        row(rows, "f32[2,3]", x -> x.minKeepDims(0), "f32[1,3]");
        row(rows, "f32[2,3]", x -> x.prodKeepDims(-1), "f32[2,1]");
        row(rows, "bool[3]", x -> x.prod(), "refused");
        row(rows, "bool[2,n]", x -> x.any(0), "bool[n]");
        row(rows, "bool[2,n]", x -> x.all(), "bool[]");
        row(rows, "bool[2,n]", x -> x.anyKeepDims(-1), "bool[2,1]");
        row(rows, "bool[2,n]", x -> x.allKeepDims(0), "bool[1,n]");
        row(rows, "i32[2,n]", x -> x.any(), "refused");
        row(rows, "f32[2,n]", x -> x.all(1), "refused");
        row(rows, "i64[2,n]", x -> x.cumsum(-1), "i64[2,n]");
        row(rows, "f32[2,n]", x -> x.cumsum(0, true, false), "f32[2,n]");
        row(rows, "f32[2,n]", x -> x.cumsum(2), "refused");
        row(rows, "bool[2]", x -> x.cumsum(0), "refused");
        row(rows, "i64[2,n]", x -> x.argSort(-1), "i32[2,n]");
        row(rows, "bool[2,n]", x -> x.argSort(0, true), "i32[2,n]");
        row(rows, "f32[2,n]", x -> x.argSort(2), "refused");
        row(rows, "f32[]", x -> x.argSort(0), "refused");
        row(rows, "f64[2,n]", x -> x.sort(1), "f64[2,n]");
        row(rows, "bool[n]", x -> x.sort(-1, true), "bool[n]");
        row(rows, "f32[]", x -> x.sort(0), "refused");
        row(rows, "i32[2,n]", x -> x.topK(3, -1).values(), "i32[2,3]");
        row(rows, "f32[2,n]", x -> x.topK(2, 0).indices(), "i32[2,n]");
        row(rows, "f32[2,n]", x -> x.topK(0, 0).values(), "f32[0,n]");
        row(rows, "f32[2,n]", x -> x.topK(3, 0).values(), "refused");
        row(rows, "f32[2,n]", x -> x.topK(-1, 1).values(), "refused");
        row(rows, "f32[2,n]", x -> x.takeAlongAxis(x.argSort(0), 0), "f32[2,n]");
        row(rows, "bool[2,n]", x -> x.takeAlongAxis(indices(x, 2, 5), -1), "bool[2,5]");
        row(rows, "f32[2,n]", x -> x.takeAlongAxis(indices(x, 1, 3), 1), "f32[2,3]");
        row(rows, "f32[1,n]", x -> x.takeAlongAxis(indices(x, 4, 3), 1), "f32[4,3]");
        row(rows, "f32[n]", x -> x.takeAlongAxis(indices(x, 0), 0), "f32[0]");
        row(rows, "f32[2,n]", x -> x.takeAlongAxis(indices(x, 3), 1), "refused");
        row(rows, "f32[2,n]", x -> x.takeAlongAxis(indices(x, 3, 3), 1), "refused");
        row(rows, "f32[2,n]", x -> x.takeAlongAxis(indices(x, 3, 3), 0), "refused");
        row(rows, "f32[2,3]", x -> x.takeAlongAxis(x, 0), "refused");
        row(rows, "f32[3]", x -> x.takeAlongAxis(x, 0), "refused");
        row(rows, "f32[2,3]", x -> x.argmax(-2), "i32[3]");
        row(rows, "f32[2,3]", x -> x.argmin(1), "i32[2]");
        row(rows, "bool[2,3]", x -> x.argmin(1), "refused");
        row(rows, "f32[2,n]", x -> x.softmax(-1), "f32[2,n]");
        row(rows, "f32[2,n]", x -> x.logSoftmax(0), "f32[2,n]");
        row(rows, "f32[2,n,4]", x -> x.logSumExp(0, -1), "f32[n]");
        row(rows, "f32[2,n,4]", x -> x.variance(1), "f32[2,4]");
        row(rows, "f32[2,n,4]", x -> x.variance(new int[]{1}, 1), "f32[2,4]");
        row(rows, "f32[2,n,4]", x -> x.std(), "f32[]");
        row(rows, "f64[2,n]", x -> x.norm(-1), "f64[2]");
        row(rows, "i32[2,n]", x -> x.normL1(0), "i32[n]");
        row(rows, "i32[n]", x -> x.clip(-1, 3), "i32[n]");
        row(rows, "i32[n]", x -> x.outer(x.reshape(1, -1)), "i32[n,1,n]");
        row(rows, "bool[5,n,m]", x -> x.tril(-1), "bool[5,n,m]");
        row(rows, "f64[n]", x -> x.silu().geluTanh().elu(1).leakyRelu(0.1).hardSigmoid(), "f64[n]");
        row(rows, "f32[n,3,m]", x -> Expr.einsum("nij->jn", x), "f32[m,n]");
        row(rows, "f32[n,3]", x -> Expr.einsum("ni,mi", x, x), "f32[n,n]");
        row(rows, "f32[n,m,3]", x -> Expr.einsum("...i,ki->k...", x, x.sum(0)), "f32[m,n,m]");
        row(rows, "i64[n,n]", x -> Expr.einsum("ii", x), "i64[]");
        row(rows, "f32[n,m]", x -> Expr.einsum("ii", x), "refused");
        row(rows, "i64[2]", x -> x.oneHot(5, DType.FLOAT64), "f64[2,5]");
        row(rows, "f32[5,n]", x -> x.gather(x.argmax(0), 0), "f32[n,n]");
        row(rows, "f32[5,3]", x -> x.gather(x.builder().constant(DType.INT64, 2), -1), "f32[5]");
        row(rows, "f32[2]", x -> x.cast(DType.BOOL), "bool[2]");
        row(rows, "f64[2,n]", x -> x.isNaN(), "bool[2,n]");
        row(rows, "f32[]", x -> x.isFinite(), "bool[]");
        row(rows, "i32[2]", x -> x.isFinite(), "refused");
        row(rows, "f64[n]", x -> x.round().erf().rsqrt().softplus(), "f64[n]");
        row(rows, "i64[n]", x -> x.square().not().and(7).shl(2).shr(x), "i64[n]");
        row(rows, "f32[2,n]", x -> x.pow(x.sum(0)).atan2(x.sin()), "f32[2,n]");
        row(rows, "f64[]", x -> x.pow(-0.5), "f64[]");
        row(rows, "i32[n]", x -> x.pow(2), "refused");
        row(rows, "f32[n]", x -> x.not(), "refused");
        row(rows, "bool[n]", x -> x.shl(x), "refused");
        row(rows, "bool[n]", x -> x.and(1), "refused");
        return rows.stream();
    }

    private static void row(List<Arguments> rows, String operand, UnaryOperator<Expr> method, String result) {
        rows.add(Arguments.of(operand, method, result));
    }

    @ParameterizedTest
    @MethodSource("movements")
    void methodsMakeTheirShape(String operand, UnaryOperator<Expr> method, String result) {
        Expr x = input(operand);
        assertRule(result, () -> method.apply(x));
    }

    private static void assertRule(String result, Supplier<Expr> made) {
        if (result.equals("refused")) {
            assertThrows(GraphException.class, made::get);
        } else {
            assertEquals(result, type(made.get()));
        }
    }

    /** What a number becomes next to a tensor: it never changes the tensor's dtype. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            f32  | 1           | f32[2] | 1.0
            f32  | 0.1         | f32[2] | 0.1
            f32  | 1e300       | f32[2] | inf
            f64  | 0.1         | f64[2] | 0.1
            i32  | 3           | i32[2] | 3
            i32  | -2147483648 | i32[2] | -2147483648
            i64  | 3e9         | i64[2] | 3000000000
            i32  | 0.5         | refused |
            i32  | 2147483648  | refused |
            i32  | NaN         | refused |
            i64  | Infinity    | refused |
            i64  | 9223372036854775808 | refused |
            bool | 1           | refused |
            """)
    void numbersTakeTheTensorsDtype(String dtype, double number, String result,
            @Nullable String constant) {
        Expr x = input(dtype + "[2]");
        assertRule(result, () -> x.plus(number));
        if (constant != null) {
            g.function("f").returns("y", x.plus(number));
            String text = GraphText.annotated(g.build());
            assertEquals(constant, text.replaceAll("(?s).*constant (\\S+) .*", "$1"));
        }
    }

    @Test
    void thereIsNoPromotion() {
        assertRule("refused", () -> input("f32[2]").plus(input("f64[2]")));
        assertRule("refused", () -> input("i32[2]").times(input("i64[2]")));
        assertRule("refused", () -> input("bool[2]").eq(input("i32[2]")));
        assertRule("f64[2]", () -> input("f32[2]").cast(DType.FLOAT64).plus(input("f64[2]")));
    }

    @Test
    void whatIsNothingAddsNothing() {
        Expr x = input("f32[2,3]");
        assertSame(x, x.reshape(2, 3));
        assertSame(x, x.broadcastTo(x.shape()));
        assertSame(x, x.cast(DType.FLOAT32));
    }

    @Test
    void meanDividesByTheExtentAtTheCall() {
        Expr x = g.input("x", DType.FLOAT32, Shape.of(Dim.of("n"), 3));
        g.function("f").returns("y", x.mean());
        assertEquals("""
                covector 1
                graph
                  %0 = input x : f32[n,3]
                  %1 = reduce_sum %0 axes=[0,1] : f32[]
                  %2 = extent 3*n : f32[]
                  %3 = div %1 %2 : f32[]
                  function f(%0) -> y=%3
                """, GraphText.canonical(g.build()));
    }

    @Test
    void gradientsAreExpressions() {
        Expr x = g.input("x", DType.FLOAT64, Shape.of(3));
        Expr y = x.times(x);
        assertEquals("f64[3]", type(y.sum().gradient(x)));
        assertEquals("f64[3]", type(y.gradient(x, x)));
        assertEquals("f64[3]", type(y.sum().gradient(x).sum().gradient(x)));
        assertEquals("f64[3]", type(y.sum().reshape(1, 1).gradient(x)));
        assertEquals(2, y.sum().gradients(x, y).size());
    }

    @Test
    void randomOpsHaveStreamsOfTheirOwn() {
        Expr first = g.randomUniform(DType.FLOAT32, Shape.of(3));
        Expr second = g.randomUniform(DType.FLOAT32, Shape.of(3));
        assertNotEquals(streams(first), streams(second));
        assertNotEquals(g.randomBits(DType.INT64, Shape.of(3)).node().op(),
                g.randomBits(DType.INT64, Shape.of(3)).node().op());
    }

    @ParameterizedTest
    @CsvSource({"0, -2147483648, lt", "0.25, -1073741824, lt", "1, 2147483647, le",
        "0.99999999999, 2147483647, le"})
    void aProbabilityIsAShareOfAllIntegers(double probability, int limit, String comparison) {
        g.function("f").returns("kept", g.randomBernoulli(probability, Shape.of(2)));
        assertEquals("""
                covector 1
                graph
                  %0 = random_bits stream=0 : i32[2]
                  %1 = constant LIMIT : i32[]
                  %2 = broadcast %1 axes=[] : i32[2]
                  %3 = COMPARISON %0 %2 : bool[2]
                  function f() -> kept=%3
                """.replace("LIMIT", "" + limit).replace("COMPARISON", comparison),
                GraphText.annotated(g.build()).replaceAll(" +at .*| test", ""));
    }

    @Test
    void initialValuesAreKeyedByPath() {
        GraphBuilder more = Graph.builder("more");
        Linear.of(g, "output", 4, 2);
        Linear.of(more, "hidden", 4, 4);
        more.randomNormal(DType.FLOAT32, Shape.of(3));
        Linear.of(more, "output", 4, 2);
        assertEquals(streams(g.build(), "output.weight"), streams(more.build(), "output.weight"));
        assertNotEquals(streams(more.build(), "hidden.weight"), streams(more.build(), "output.weight"));
        assertNotEquals(streams(more.build(), "output.bias"), streams(more.build(), "output.weight"));
    }

    private static List<Op> streams(Expr value) {
        return Graph.reachable(List.of(value.node())).stream().map(Node::op)
                .filter(op -> op instanceof Op.RandomBits).toList();
    }

    private static List<Op> streams(Graph graph, String path) {
        return graph.parameters().stream().filter(parameter -> parameter.name().equals(path))
                .flatMap(parameter -> Graph.reachable(List.of(parameter.initial())).stream())
                .map(Node::op).filter(op -> op instanceof Op.RandomBits).toList();
    }

    @Test
    void anInitializerThatFailsLeavesTheStreamsAlone() {
        assertThrows(GraphException.class, () -> g.parameter("p", DType.FLOAT32, Shape.of(3),
                (b, dtype, shape) -> b.constant(DType.INT32, 0.5)));
        Op.RandomBits random = (Op.RandomBits) g.randomBits(DType.INT32, Shape.of(3)).node().op();
        assertEquals(0, random.stream());
    }

    @Test
    void optimisersTakeTheTrainableParametersThatTheLossReaches() {
        Expr x = g.input("x", DType.FLOAT32, Shape.of(3));
        Expr w = g.parameter("w", DType.FLOAT32, Shape.of(3), Initializers.zeros());
        Expr average = g.state("average", DType.FLOAT32, Shape.of(3), Initializers.zeros());
        g.parameter("elsewhere", DType.FLOAT32, Shape.of(3), Initializers.zeros());
        Expr loss = x.times(w).minus(average).square().sum();
        assertEquals(List.of("w"), g.trainable(loss).stream().map(p -> p.node().name()).toList());
        g.function("train").returns("loss", loss).updates(Sgd.of(0.1).minimize(loss))
                .updates(average, w);
        List<String> updated = g.build().function("train").updates().stream()
                .map(update -> String.valueOf(update.parameter().name())).toList();
        assertEquals(List.of("w", "average"), updated);
    }

    @Test
    void lossesGiveAValueAnExample() {
        Expr logits = input("f32[n,5,10]");
        assertEquals("f32[n,5]", type(Losses.softmaxCrossEntropy(logits, input("i64[n,5]"))));
        assertEquals("f32[]", type(Metrics.accuracy(logits, input("i32[n,5]"))));
        assertEquals("f32[n]", type(Losses.squared(input("f32[n]"), input("f32[n]"))));
        assertThrows(GraphException.class, () -> Metrics.accuracy(logits, input("i32[n,5,1]")));
    }

    @Test
    void namesAreForValuesThatHaveNone() {
        Expr x = g.input("x", DType.FLOAT32, Shape.of(3));
        assertEquals("twice: f32[3]", x.plus(x).named("twice").toString());
        GraphException e = assertThrows(GraphException.class, () -> x.named("y"));
        assertEquals("named: inputs and parameters are named where they are declared",
                String.valueOf(e.getMessage()).lines().findFirst().orElseThrow());
    }

    @Test
    void constantsAreCopies() {
        float[] data = {1, 2};
        Expr constant = g.constant(Tensor.of(data, 2));
        data[0] = 7;
        assertEquals("f32[2] {1.0, 2.0}", ((Op.Constant) constant.node().op()).value().toString());
    }
}
