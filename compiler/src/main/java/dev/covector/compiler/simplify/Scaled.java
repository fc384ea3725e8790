package dev.covector.compiler.simplify;

import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x · c} for a scalar c that {@linkplain Facts#positive is positive}: one that can be taken out of a sum without
 * turning a sum of +0 into -0.
 */
record Scaled(Node x, Node c) {

    static @Nullable Scaled of(Rewriter r, Node node) {
        if (!r.isBinary(node, BinaryKind.MUL) || !node.type().dtype().isFloating()) {
            return null;
        }
        for (int side = 1; side >= 0; side--) {
            Node scalar = r.scalar(node.input(side));
            if (scalar != null && Facts.positive(r, scalar)) {
                return new Scaled(node.input(1 - side), scalar);
            }
        }
        return null;
    }

    /** {@code x · scalar}. */
    static Node times(Rewriter r, Node x, Node scalar) {
        return r.binary(BinaryKind.MUL, x, r.broadcast(scalar, x.type().shape(), List.of()));
    }
}
