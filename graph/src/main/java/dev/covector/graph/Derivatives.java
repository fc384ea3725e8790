package dev.covector.graph;

import dev.covector.graph.ir.Op;
import java.util.List;

/** What can be differentiated with respect to what. */
final class Derivatives {
    private Derivatives() {}

    static Expr gradient(Expr target, Expr source) {
        check(target, source);
        if (!target.shape().size().isExactly(1)) {
            throw target.builder().error("a gradient is of one number, this has the shape " + target.shape(),
                    List.of(target, source),
                    "take its sum or mean first, or give a cotangent of its shape");
        }
        return gradient(target, source, target.builder().full(target.dtype(), target.shape(), 1));
    }

    static Expr gradient(Expr target, Expr source, Expr cotangent) {
        check(target, source);
        return target.builder().make(new Op.Gradient(), List.of(target, source, cotangent), null);
    }

    private static void check(Expr target, Expr source) {
        GraphBuilder builder = target.builder();
        builder.checkOwn(source);
        for (Expr expr : List.of(target, source)) {
            if (!expr.dtype().isFloating()) {
                throw builder.error("only f32 and f64 have derivatives, the "
                        + (expr == target ? "target" : "source") + " is " + expr.dtype(),
                        List.of(target, source),
                        "a cast passes no derivative from integers: let it be floating from the start");
            }
        }
        if (!builder.differentiable(target.node()).get(source.node().id())) {
            throw builder.error("the target does not depend on " + GraphBuilder.describe(source.node())
                    + " in a way that has a derivative", List.of(target, source),
                    "no derivative passes sign, floor, ceil, round, comparisons, conditions, indices, argmax and casts "
                            + "to integers");
        }
    }
}
