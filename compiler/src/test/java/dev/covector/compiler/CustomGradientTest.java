package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.compiler.reference.RefTensor;
import dev.covector.compiler.simplify.Simplify;
import dev.covector.graph.CustomGradient;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.ir.Op;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What becomes of rules: in values, in derivatives of first and second order, and in text. */
final class CustomGradientTest {
    private final GraphBuilder g = Graph.builder("test");
    private final Expr x = g.input("x", FLOAT64, Shape.of(3));
    private final Map<String, Tensor> at = Map.of("x", Tensor.of(new double[]{-1.75, 0.5, 2.25}, 3));

    @Test
    void roundsStraightThrough() {
        Expr y = x.customGradient(v -> v.cast(INT32).cast(FLOAT64), (cotangent, v, result) -> cotangent);
        check(y, -1, 0, 2);
        check(y.times(x).sum().gradient(x), -1 - 1.75, 0.5, 2 + 2.25);
    }

    @Test
    void reversesAndClips() {
        Expr reversed = x.customGradient(v -> v, (cotangent, v, y) -> cotangent.unaryMinus());
        check(reversed, -1.75, 0.5, 2.25);
        check(reversed.square().sum().gradient(x), 3.5, -1, -4.5);
        Expr tame = x.customGradient(v -> v, (cotangent, v, y) -> cotangent.maximum(-2).minimum(2));
        check(tame.square().sum().gradient(x), -2, 1, 2);
    }

    /** The derivative of the rule c · 3 · y is c · 9 · y, though y itself is exp. */
    @Test
    void hasSecondDerivativesByTheRule() {
        Expr y = x.customGradient(Expr::exp, (cotangent, v, result) -> cotangent.times(3).times(result));
        double[] exp = {Math.exp(-1.75), Math.exp(0.5), Math.exp(2.25)};
        check(y, exp);
        Expr first = y.sum().gradient(x);
        check(first, 3 * exp[0], 3 * exp[1], 3 * exp[2]);
        Expr second = first.sum().gradient(x);
        check(second, 9 * exp[0], 9 * exp[1], 9 * exp[2]);
        check(second.sum().gradient(x), 27 * exp[0], 27 * exp[1], 27 * exp[2]);
    }

    /** The rule is linear in the cotangent's own source, so it can be differentiated by that, too. */
    @Test
    void isDifferentiatedByTheCotangent() {
        Expr c = g.input("c", FLOAT64, Shape.of(3));
        Expr y = x.customGradient(Expr::tanh, (cotangent, v, result) -> cotangent.square());
        Map<String, Tensor> both =
                Map.of("x", at.get("x"), "c", Tensor.of(new double[]{1, 2, 3}, 3));
        check(both, y.gradient(x, c), 1, 4, 9);
        check(both, y.gradient(x, c).sum().gradient(c), 2, 4, 6);
    }

    @Test
    void servesSeveralOperands() {
        Expr w = g.input("w", FLOAT64, Shape.scalar());
        Expr y = CustomGradient.of(List.of(x, w), in -> in.get(0).times(in.get(1)),
                (cotangent, in, result) -> List.of(cotangent.times(10),
                        cotangent.times(in.get(0)).sum().times(100)));
        Map<String, Tensor> both = Map.of("x", at.get("x"), "w", Tensor.scalar(2.0));
        check(both, y.sum().gradient(x), 10, 10, 10);
        check(both, y.sum().gradient(w), 100);
        check(both, y.sum().gradient(w).gradient(x), 100, 100, 100);
    }

    @Test
    void tellsAnOperandFromTheSameOne() {
        Expr y = CustomGradient.of(List.of(x, x), in -> in.get(0).times(in.get(1)),
                (cotangent, in, result) -> List.of(cotangent.times(10),
                        in.get(0).times(in.get(1)).gradient(in.get(1), cotangent)));
        check(y.sum().gradient(x), 10 - 1.75, 10 + 0.5, 10 + 2.25);
    }

    @Test
    void passesNothingThroughTheValueItself() {
        Expr h = x.times(2);
        Expr y = h.customGradient(v -> v.times(v), (cotangent, v, result) -> cotangent);
        check(y.plus(h).sum().gradient(h), 2, 2, 2);
        check(y.plus(h).sum().gradient(x), 4, 4, 4);
        Expr same = h.customGradient(v -> v, (cotangent, v, result) -> cotangent.times(7));
        check(same.plus(h).sum().gradient(x), 16, 16, 16);
    }

    /** A rule within a rule has a cotangent of its own, and may use the outer one. */
    @Test
    void nests() {
        Expr y = x.customGradient(Expr::sign,
                (c, v, result) -> c.times(v.customGradient(Expr::square, (d, w, z) -> d.times(c).times(5))));
        check(y.sum().gradient(x), 1.75 * 1.75, 0.25, 2.25 * 2.25);
        check(y.sum().gradient(x).sum().gradient(x), 5, 5, 5);
        Expr twice = y.plus(y.customGradient(Expr::exp, (c, v, result) -> c.times(2)));
        check(twice.sum().gradient(x).sum().gradient(x), 3 * 3 * 5, 3 * 3 * 5, 3 * 3 * 5);
    }

    @Test
    void usesTheUsualDerivative() {
        Expr y = x.customGradient(Expr::exp,
                (cotangent, v, result) -> v.exp().gradient(v, cotangent).minimum(1));
        check(y.sum().gradient(x), Math.exp(-1.75), 1, 1);
    }

    /** With the plain rule, 0 · 1/0 would be NaN. */
    @Test
    void leavesOutBranchesNotTaken() {
        Expr zero = g.constant(FLOAT64, 0);
        Expr some = x.gt(0.5);
        Expr elementwise = some.where(x.customGradient(Expr::log,
                (c, v, y) -> c.reshape(1, 3).transpose().div(v.minus(0.5).reshape(3, 1)).reshape(3)), zero);
        check(elementwise.sum().gradient(x), 0, 0, 1 / 1.75);
        check(elementwise.sum().gradient(x).sum().gradient(x), 0, 0, -1 / (1.75 * 1.75));
        Expr summing = some.where(x.customGradient(v -> v, (c, v, y) -> c.sum().times(v)), zero);
        check(summing.sum().gradient(x), -1.75, 0.5, 2.25);
    }

    @Test
    void becomesItsValueAndACopyOfItsRule() {
        Expr y = x.customGradient(Expr::exp, (cotangent, v, result) -> cotangent.times(result));
        g.function("f").returns("y", y).returns("dx", y.times(x).sum().gradient(x));
        String expected = """
                covector 1
                graph
                  %0 = input x : f64[3]
                  %1 = exp %0 : f64[3]
                  %2 = mul %0 %1 : f64[3]
                  %3 = add %1 %2 : f64[3]
                  function f(%0) -> y=%1, dx=%3
                """;
        Graph simple = Simplify.simplify(Differentiate.differentiate(Simplify.simplify(g.build())));
        Graph same = Simplify.simplify(GraphText.parse(expected));
        assertEquals(GraphText.canonical(same), GraphText.canonical(simple));
    }

    /** Equal functions with equal rules are two still; and a rule is no reason to give up sharing values. */
    @Test
    void staysItselfWhileSimplified() {
        Expr one = x.customGradient(v -> v.times(2), (c, v, y) -> c.times(3));
        Expr other = x.customGradient(v -> v.times(2), (c, v, y) -> c.times(5));
        Expr constant = g.full(FLOAT64, Shape.of(3), 1).customGradient(v -> v, (c, v, y) -> c);
        g.function("f").returns("r", one.plus(other).times(constant).sum().gradient(x));
        Graph simple = Simplify.simplify(g.build());
        assertEquals(3, simple.nodes().stream().filter(n -> n.op() instanceof Op.CustomGradient).count());
        check(one.plus(other).times(constant).sum().gradient(x), 8, 8, 8);
    }

    @Test
    void costsWhatTheRuleCosts() {
        Expr h = x;
        for (int i = 0; i < 2000; i++) {
            h = h.customGradient(Expr::tanh, (c, v, y) -> c.times(y));
        }
        g.function("f").returns("r", h.sum().gradient(x));
        assertEquals(3 * 2000 + 3, Differentiate.differentiate(g.build()).nodes().size(),
                "for each an operand of its own, its value and a product; x, and a cotangent of ones");
    }

    // ---- how the tests above look at values: before and after simplifying, and compiled

    private void check(Expr y, double... expected) {
        check(at, y, expected);
    }

    private void check(Map<String, Tensor> inputs, Expr y, double... expected) {
        String name = "f" + y.node().id();
        g.function(name).returns("y", y);
        Graph graph = g.build();
        for (Graph differentiated : List.of(Differentiate.differentiate(graph),
                Simplify.simplify(Differentiate.differentiate(Simplify.simplify(graph))))) {
            RefTensor result = Interpreter.run(differentiated, name, inputs, Map.of(), 0, 0).result("y");
            assertArrayEquals(expected, Objects.requireNonNull(result).toTensor().toDoubles(), 1e-12);
        }
        var call = Compiler.compile(graph).newSession(1).call(name);
        inputs.forEach(call::input);
        assertArrayEquals(expected, call.run().tensor("y").toDoubles(), 1e-12);
    }
}
