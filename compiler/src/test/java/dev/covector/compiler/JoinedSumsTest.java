package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Oracle;
import dev.covector.graph.Expr;
import dev.covector.graph.FunctionBuilder;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Workers;
import dev.covector.runtime.kernel.Scratch;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sums over blocks share the loop that computes what they sum, and each other's: what is summed is in no memory then. */
final class JoinedSumsTest {
    /** What each kernel stores; one line a kernel. */
    private static void check(String graph, String expected) {
        check(GraphText.parse(graph), expected);
        for (int n : new int[]{0, 127, 4100}) {
            Oracle.check(g -> g,
                    new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared()),
                    GraphText.parse(graph), Map.of("n", n), n);
        }
    }

    private static void check(Graph graph, String expected) {
        Plan plan = Compilation.of(graph).functions().getFirst().plan();
        assertEquals(expected.strip(), plan.steps().stream().map(step -> step.name() + " -> "
                + step.writes().stream().map(plan.slots()::get).map(Explanation::label)
                        .collect(Collectors.joining(", ")))
                .collect(Collectors.joining("\n")));
    }

    @Test
    void ofAVector() {
        check("""
                graph g
                  %0 = input x : f32[n]
                  %1 = tanh %0 : f32[n]
                  %2 = mul %0 %1 : f32[n]
                  %3 = reduce_sum %1 axes=[0] : f32[]
                  %4 = reduce_sum %2 axes=[0] : f32[]
                  function f(%0) -> y=%3, z=%4
                """, """
                k0_tanh_partial_sum_mul -> partial_sum_3, partial_sum_5
                k1_sum -> reduce_sum_4
                k2_sum -> reduce_sum_6
                """);
    }

    @Test
    void ofColumns() {
        check("""
                graph g
                  %0 = input x : f32[n,20]
                  %1 = tanh %0 : f32[n,20]
                  %2 = mul %0 %1 : f32[n,20]
                  %3 = reduce_sum %1 axes=[0] : f32[20]
                  %4 = reduce_sum %2 axes=[0] : f32[20]
                  function f(%0) -> y=%3, z=%4
                """, """
                k0_tanh_partial_sum_mul -> partial_sum_3, partial_sum_5
                k1_sum -> reduce_sum_4
                k2_sum -> reduce_sum_6
                """);
    }

    /** Of one axis, blocks of a vector's 2048 elements and blocks of 64 rows. */
    @Test
    void butNotOverBlocksOfAnotherSize() {
        check("""
                graph g
                  %0 = input x : f32[n]
                  %1 = input z : f32[n,20]
                  %2 = tanh %0 : f32[n]
                  %3 = broadcast %2 axes=[0] : f32[n,20]
                  %4 = add %1 %3 : f32[n,20]
                  %5 = reduce_sum %2 axes=[0] : f32[]
                  %6 = reduce_sum %4 axes=[0] : f32[20]
                  function f(%0, %1) -> y=%5, z=%6
                """, """
                k0_tanh_partial_sum -> tanh_2, partial_sum_5
                k1_partial_sum_add -> partial_sum_7
                k2_sum -> reduce_sum_6
                k3_sum -> reduce_sum_8
                """);
    }

    /** Each of them has lanes of its own, for which there is some space. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void butNotMoreThanALoopHasRoomFor(DType dtype) {
        GraphBuilder g = Graph.builder("many");
        Expr y = g.input("x", dtype, Shape.of(5000)).tanh();
        FunctionBuilder f = g.function("f");
        for (int i = 0; i < 40; i++) {
            f = f.returns("s" + i, y.maximum(0.02 * i).sum());
        }
        Graph graph = g.build();
        for (Plan.Step step : Compilation.of(graph).functions().getFirst().plan().steps()) {
            long sums = step.kernel().members().stream().filter(Roles::isReduction).count();
            assertTrue(sums <= Scratch.MAX_IN_LANES, step.name() + " has " + sums);
        }
    }
}
