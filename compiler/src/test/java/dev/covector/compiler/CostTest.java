package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.Dim;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Estimates against tables that were calculated by hand. */
final class CostTest {

    /** Of one op: the operands, the op with its result, and its flops. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            f32[n,8]    |           | neg %0 : f32[n,8]                                  | 0
            f32[n,8]    |           | relu %0 : f32[n,8]                                 | 8*n
            f32[n,8]    |           | sqrt %0 : f32[n,8]                                 | 8*n
            f32[n,8]    |           | is_nan %0 : bool[n,8]                              | 0
            f32[n,8]    |           | cast %0 : f64[n,8]                                 | 0
            f32[n,8]    | f32[n,8]  | add %0 %1 : f32[n,8]                               | 8*n
            f64[3,8]    | f64[3,8]  | div %0 %1 : f64[3,8]                               | 24
            i32[n,8]    | i32[n,8]  | mul %0 %1 : i32[n,8]                               | 0
            f32[n,8]    | f32[n,8]  | lt %0 %1 : bool[n,8]                               | 0
            f32[n,8]    |           | transpose %0 permutation=[1,0] : f32[8,n]          | 0
            f32[n,8]    |           | reduce_sum %0 axes=[1] : f32[n]                    | 8*n
            f32[n,8]    |           | reduce_max %0 axes=[0] : f32[8]                    | 8*n
            f32[n,8]    |           | cumsum %0 axis=1 : f32[n,8]                        | 8*n
            f32[n,8]    |           | argmax %0 axis=1 : i32[n]                          | 0
            f32[n,8]    | f32[8,5]  | dot %0 %1 contract=[1]x[0] : f32[n,5]              | 80*n
            f32[b,n,8]  | f32[b,8,5]| dot %0 %1 batch=[0]x[0] contract=[2]x[1] : f32[b,n,5] | 80*b*n
            f32[8,9]    |           | window_max %0 window=[2,3] stride=[2,3] : f32[4,3]  | 72
            """)
    void flops(String a, String b, String op, String flops) {
        String inputs = "  %0 = input x : " + a + "\n" + (b == null ? "" : "  %1 = input y : " + b + "\n");
        int result = b == null ? 1 : 2;
        Graph graph = GraphText.parse("graph g\n" + inputs + "  %" + result + " = " + op + "\n  function f(%0"
                + (b == null ? "" : ", %1") + ") -> z=%" + result + "\n");
        Node node = graph.nodes().get(result);
        assertEquals(flops, Cost.flops(node).toString());
    }

    /** 3·3·4 products for each of the results' elements, of which a product is two flops; windows overlap, and are read once. */
    @Test
    void convolution() {
        String text = """
                graph g
                  %0 = input x : f32[1,n,10,10,4]
                  %1 = input k : f32[1,3,3,4,16]
                  %2 = conv %0 %1 : f32[1,n,8,8,16]
                  function f(%0, %1) -> y=%2
                """;
        assertEquals(Dim.of("n").times(8 * 8 * 16).times(2 * 3 * 3 * 4),
                Cost.flops(GraphText.parse(text).nodes().get(2)));
        assertEquals("k0_conv: 73728*n, reads 1600*n+2304, writes 4096*n\n", kernels(text));
    }

    /** Of each kernel what it computes, and the elements that it reads and writes, each once, of 4 bytes. */
    @Test
    void matmul() {
        // 2·n·64·32 + n·32 each for the bias and relu; x, w and b; y
        assertEquals("k0_matmul_add_relu: 4160*n, reads 256*n+8320, writes 128*n\n", kernels("""
                graph g
                  %0 = input x : f32[n,64]
                  %1 = input w : f32[64,32]
                  %2 = input b : f32[32]
                  %3 = dot %0 %1 contract=[1]x[0] : f32[n,32]
                  %4 = broadcast %2 axes=[1] : f32[n,32]
                  %5 = add %3 %4 : f32[n,32]
                  %6 = relu %5 : f32[n,32]
                  function f(%0, %1, %2) -> y=%6
                """));
    }

    /** Four flops an element and an exponential, which is 23: to max, subtract, sum and divide; the input is read once. */
    @Test
    void softmax() {
        assertEquals("k0_max_exp_sum_div: 27000*n, reads 4000*n, writes 4000*n\n",
                kernels(known("softmax-of-rows")));
    }

    /** A contraction that is products and a sum has the flops of one; what is broadcast is read once. */
    @Test
    void smallContraction() {
        assertEquals("k0_sum_neg: 4*n, reads 8*n+8, writes 4*n\n",
                kernels(known("small-contraction")));
    }

    /** Of a table, as much as is gathered; of a slice, no more than it has. */
    @Test
    void parts() {
        assertEquals("""
                k0_gather_neg: 0, reads 36*k, writes 64*k
                """, kernels("""
                graph g
                  %0 = input x : f32[n,8]
                  %1 = input i : i32[k]
                  %2 = gather %0 %1 axis=0 : f32[k,8]
                  %3 = neg %2 : f32[k,8]
                  function f(%0, %1) -> y=%2, z=%3
                """));
        assertEquals("""
                k0_add: 12, reads 96, writes 48
                """, kernels("""
                graph g
                  %0 = input x : f32[100,4]
                  %1 = slice %0 [0:3,0:4] : f32[3,4]
                  %2 = slice %0 [7:10,0:4] : f32[3,4]
                  %3 = add %1 %2 : f32[3,4]
                  function f(%0) -> y=%3
                """));
    }

    /** Two kernels: the second reads what the first has written. */
    @Test
    void sumOfRows() {
        assertEquals("""
                k0_partial_sum: 256*n, reads 1024*n, writes 1024*floordiv(n+63,64)
                k1_sum: 256*floordiv(n+63,64), reads 1024*floordiv(n+63,64), writes 1024
                """, kernels(known("sum-of-columns")));
    }

    private static String known(String name) {
        return Objects.requireNonNull(Kernels.GRAPHS.get(name));
    }

    /** A function's kernels: flops, bytes read, bytes written. */
    private static String kernels(String text) {
        Graph graph = Specialise.specialise(GraphText.parse(text));
        Plan plan = Planner.plan(graph.functions().getFirst(), graph.parameters(), done -> {});
        return plan.steps().stream().map(step -> step.name() + ": " + step.cost().flops() + ", reads "
                + step.cost().read() + ", writes " + step.cost().written())
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
