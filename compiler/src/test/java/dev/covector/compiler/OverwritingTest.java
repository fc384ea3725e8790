package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import dev.covector.runtime.kernel.Program;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a kernel makes of a value that nobody needs after it is in the value's array, if each element is read only where
 * its successor is written.
 */
final class OverwritingTest {
    /** Of a cumulative sum, which is a kernel of its own, and so a value with an array. */
    static Stream<Arguments> kernels() {
        return Stream.of(
                row("the same index", true, Expr::exp),
                row("the same index twice", true, c -> c.exp().times(c)),
                row("another shape over the same elements", true, c -> c.exp().reshape(16, 8)),
                row("another index", false, c -> c.transpose().plus(1)),
                row("the next one's index", false, c -> c.plus(c.flip(1))),
                row("another type", false, c -> c.cast(DType.FLOAT64).exp()),
                row("in another loop, too", false, c -> c.minus(c.sumKeepDims(1))),
                row("fewer elements", false, c -> c.sum(1)));
    }

    private static Arguments row(String what, boolean overwritten, UnaryOperator<Expr> made) {
        return Arguments.of(what, overwritten, made);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kernels")
    void aKernelOverwritesWhatItReads(String what, boolean overwritten, UnaryOperator<Expr> made) {
        GraphBuilder g = Graph.builder("overwriting");
        Expr sums = g.input("x", DType.FLOAT32, Shape.of(8, 16)).cumsum(1);
        g.function("f").returns("y", made.apply(sums));
        assertEquals(overwritten, isShared(plan(g.build()), 0, 1), what);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kernels")
    void butNotAResult(String what, boolean overwritten, UnaryOperator<Expr> made) {
        GraphBuilder g = Graph.builder("overwriting");
        Expr sums = g.input("x", DType.FLOAT32, Shape.of(8, 16)).cumsum(1);
        g.function("f").returns("sums", sums).returns("y", made.apply(sums));
        assertEquals(false, isShared(plan(g.build()), 0, 1), what);
    }

    /** Of a function whose values are stored from one pass over a row to the next. */
    static Stream<Arguments> passes() {
        return Stream.of(
                row("the next pass", true, e -> e.div(e.sumKeepDims(1))),
                row("the next pass, and one after it needs what that made", true, e -> {
                    Expr p = e.div(e.sumKeepDims(1));
                    return p.times(p.square().sumKeepDims(1));
                }),
                row("the pass after the next", false, e -> {
                    Expr p = e.div(e.sumKeepDims(1));
                    return p.plus(e.times(p.square().sumKeepDims(1)));
                }),
                row("another index", false, e -> e.flip(1).div(e.sumKeepDims(1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passes")
    void aKernelOverwritesWhatItKeepsForItself(String what, boolean overwritten, UnaryOperator<Expr> made) {
        GraphBuilder g = Graph.builder("overwriting");
        g.function("f").returns("y", made.apply(g.input("x", DType.FLOAT32, Shape.of(8, 64)).tanh()));
        Plan plan = plan(g.build());
        List<Integer> writes = plan.byLaunch().getFirst().getFirst().writes();
        assertEquals(overwritten, writes.size() > 1
                && plan.buffers().get(writes.get(0)).equals(plan.buffers().get(writes.get(1))), what);
    }

    private static Plan plan(Graph graph) {
        return Compilation.of(graph).functions().getFirst().plan();
    }

    /** Whether what the kernel of one launch writes last is in the array of what an earlier one wrote. */
    private static boolean isShared(Plan plan, int earlier, int later) {
        List<Integer> old = plan.byLaunch().get(earlier).getFirst().writes();
        List<Integer> fresh = plan.byLaunch().get(later).getFirst().writes();
        Program.Buffer place = plan.buffers().get(fresh.getLast());
        return old.stream().anyMatch(slot -> plan.buffers().get(slot).equals(place));
    }
}
