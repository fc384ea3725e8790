package dev.covector.compiler.simplify;

import static dev.covector.runtime.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.ir.Node;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each rule that keeps numbers finite: what it makes of a value, that both are equal where neither overflows, and a
 * look-alike that it must leave alone.
 */
final class StabilityRulesTest {
    record Given(GraphBuilder g, Expr x, Expr y) {
        Expr one() {
            return g.constant(FLOAT32, 1.0);
        }
    }

    record Row(String rule, Function<Given, Expr> before, String after, Function<Given, Expr> kept) {
        @Override
        public String toString() {
            return rule;
        }
    }

    private static Row row(String rule, Function<Given, Expr> before, String after,
            Function<Given, Expr> kept) {
        return new Row(rule, before, after, kept);
    }

    /** The exponent less the greatest of its row, which counts as 0 where it is infinite. */
    private static final String SHIFTED =
            "sub(x, to[2,3]@[0](select(is_finite(stop(max[1](x))), stop(max[1](x)), "
                    + "to[2](0))))";

    static Stream<Row> rows() {
        return Stream.of(
                row("exp-minus-one", a -> a.x().exp().minus(1), "expm1(x)", a -> a.x().exp().minus(2)),
                row("exp-minus-one", a -> a.x().exp().transpose().minus(1), "expm1(transpose[1, 0](x))",
                        a -> a.x().exp().minus(a.y())),
                row("exp-plus-minus-one", a -> a.x().exp().plus(-1), "expm1(x)", a -> a.x().exp().plus(1)),
                row("one-minus-exp", a -> a.one().minus(a.x().exp()), "neg(expm1(x))",
                        a -> a.one().plus(1).minus(a.x().exp())),
                row("log-one-minus-sigmoid", a -> a.one().minus(a.x().sigmoid()).log(), "neg(softplus(x))",
                        a -> a.one().minus(a.x().tanh()).log()),
                row("log-one-plus", a -> a.x().abs().plus(1).log(), "log1p(abs(x))",
                        a -> a.x().abs().plus(2).log()),
                row("log-one-minus", a -> a.one().minus(a.x().sigmoid().times(0.5)).log(),
                        "log1p(mul(sigmoid(x), to[2,3](-0.5)))", a -> a.y().minus(0.125).log()),
                row("log1p-exp", a -> a.x().exp().log1p(), "softplus(x)", a -> a.x().abs().log1p()),
                row("log1p-minus-sigmoid", a -> a.x().sigmoid().unaryMinus().log1p(), "neg(softplus(x))",
                        a -> a.x().sigmoid().log1p()),

                row("one-over-one-plus-exp", a -> a.one().div(a.x().exp().plus(1)), "sigmoid(neg(x))",
                        a -> a.one().div(a.x().exp().plus(2))),
                row("reciprocal-one-plus-exp", a -> a.x().exp().plus(1).reciprocal(), "sigmoid(neg(x))",
                        a -> a.x().exp().plus(2).reciprocal()),
                row("exp-over-one-plus-exp", a -> a.x().exp().div(a.x().exp().plus(1)), "sigmoid(x)",
                        a -> a.x().exp().div(a.y().exp().plus(1))),
                row("exp-over-two-exps", a -> a.x().exp().div(a.x().exp().plus(a.y().exp())),
                        "sigmoid(sub(x, y))", a -> a.x().exp().div(a.y().exp().plus(a.x()))),
                row("log-sigmoid", a -> a.x().sigmoid().log(), "neg(softplus(neg(x)))",
                        a -> a.x().tanh().abs().log()),

                row("softmax", a -> a.x().exp().div(a.x().exp().sumKeepDims(1)),
                        "div(exp(" + SHIFTED + "), to[2,3]@[0](sum[1](exp(" + SHIFTED + "))))",
                        a -> a.x().softmax(1)),
                row("softmax-reciprocal", a -> a.x().exp().times(a.x().exp().sumKeepDims(1).reciprocal()),
                        "div(exp(" + SHIFTED + "), to[2,3]@[0](sum[1](exp(" + SHIFTED + "))))",
                        a -> a.x().exp().times(a.x().abs().sumKeepDims(1).reciprocal())),

                row("log-exp", a -> a.x().exp().log(), "x", a -> a.x().cosh().log()),
                row("log-sum-exp", a -> a.x().exp().sum(1).log(),
                        "add(select(is_finite(stop(max[1](x))), stop(max[1](x)), to[2](0)), log(sum[1](exp("
                                + SHIFTED + "))))",
                        a -> a.x().logSoftmax(1)),
                row("log-two-exps", a -> a.x().exp().plus(a.y().exp()).log(),
                        "add(y, softplus(sub(x, y)))", a -> a.x().exp().plus(a.y().abs()).log()),
                row("log-div", a -> a.x().exp().div(a.y()).log(), "sub(x, log(y))",
                        a -> a.x().div(a.y()).log()),
                row("log-mul", a -> a.x().exp().times(a.y()).log(), "add(x, log(y))",
                        a -> a.x().times(a.y()).log()),
                row("log-reciprocal", a -> a.x().exp().reciprocal().log(), "neg(x)",
                        a -> a.x().reciprocal().log()),
                row("log-movement", a -> a.x().exp().times(a.y()).transpose().log(),
                        "transpose[1, 0](add(x, log(y)))", a -> a.x().times(a.y()).transpose().log()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rewrites(Row row) {
        Graph before = graph(row.before());
        assertEquals(row.after(), Terms.of(result(Simplify.stabilise(before))),
                () -> "from " + Terms.of(result(before)));
        assertTrue(rulesApplied(before).contains(row.rule()),
                () -> row.rule() + " is not among the rules applied: " + rulesApplied(before));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void computesTheSame(Row row) {
        Graph before = graph(row.before());
        double[] wanted = computed(before);
        double[] got = computed(Simplify.stabilise(before));
        for (int i = 0; i < wanted.length; i++) {
            String where = row + "[" + i + "] is " + got[i] + ", should be " + wanted[i];
            assertTrue(Math.abs(got[i] - wanted[i]) <= 2e-6 * Math.max(0.1, Math.abs(wanted[i])), where);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void leavesAlone(Row row) {
        Graph kept = graph(row.kept());
        assertFalse(rulesApplied(kept).contains(row.rule()), () -> row.rule() + " was applied to "
                + Terms.of(result(kept)) + " and made " + Terms.of(result(Simplify.stabilise(kept))));
    }

    @Test
    void everyRuleHasARow() {
        assertEquals(new TreeSet<>(Stability.RULES.stream().map(Rule::name).toList()),
                new TreeSet<>(Set.copyOf(rows().map(Row::rule).toList())));
    }

    private static Graph graph(Function<Given, Expr> value) {
        GraphBuilder g = Graph.builder("g");
        Shape shape = Shape.of(2, 3);
        Given given = new Given(g, g.input("x", FLOAT32, shape), g.input("y", FLOAT32, shape));
        g.function("f").returns("value", value.apply(given)).returns("x", given.x()).returns("y", given.y());
        return g.build();
    }

    private static Node result(Graph graph) {
        return Objects.requireNonNull(graph.function("f").results().get("value"));
    }

    private static List<String> rulesApplied(Graph graph) {
        List<String> applied = new ArrayList<>();
        Sweep sweep = new Sweep(graph, List.of());
        while (sweep.changed()) {
            sweep = new Sweep(sweep.result(), Simplify.STABLE_RULES);
            assertFalse(sweep.rewriter().exhausted(), "rules undo each other");
            applied.addAll(sweep.rewriter().applied().keySet());
        }
        return applied;
    }

    private static double[] computed(Graph graph) {
        Map<String, Tensor> inputs =
                Map.of("x", Tensor.of(new float[]{1.5f, -2, 0, -0.25f, 3, 0.125f}, 2, 3), "y",
                        Tensor.of(new float[]{3, 2, 0.5f, 0.25f, 5, 1}, 2, 3));
        return Objects.requireNonNull(
                Interpreter.run(graph, "f", inputs, Map.of(), 0, 0).results().get("value")).toTensor()
                .toDoubles();
    }
}
