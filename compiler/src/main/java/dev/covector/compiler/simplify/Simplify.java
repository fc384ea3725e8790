package dev.covector.compiler.simplify;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Op;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pass that makes a graph smaller without changing what it computes: equal values become one, constants are
 * folded, and the rules of this package are applied until none fits. Runs before and after differentiation.
 *
 * <p>What "without changing" means for floating point: NaN, infinities and the sign of zero stay what they are, except
 * that constant or scalar factors may be multiplied with each other first, that a sum may be taken in another order, that
 * powers with small whole exponents become products, and that the derivative of a softmax needs no division. Those change
 * last bits, and may overflow or underflow where the other form does not. Over an empty named dimension the sum of one
 * number repeated is 0 times that number, so NaN if that is not finite. A value that nobody needs any more is not computed,
 * even if computing it would have failed (an integer division by zero).
 *
 * <p>A value that a {@link Op.Gradient} is taken with respect to stays a node of its own until differentiation: with
 * {@code h = 2x} and {@code z = h + 2x} the derivative of {@code z} by {@code h} is 1.
 */
public final class Simplify {
    /** All rules in the order in which they are tried. */
    static final List<Rule> RULES =
            Stream.of(Identities.RULES, Constants.RULES, Movement.RULES, Parts.RULES, Reductions.RULES,
                    Softmax.RULES, Contractions.RULES).flatMap(List::stream).toList();
    /** Those of a graph that is still to be differentiated. */
    static final List<Rule> STABLE_RULES =
            Stream.of(Stability.RULES, RULES).flatMap(List::stream).toList();
    /** Nearly all graphs are simple after two; the rest are left as they are then. */
    private static final int SWEEPS = 8;

    private Simplify() {}

    /** An equal graph in its simplest form. */
    public static Graph simplify(Graph graph) {
        return apply(RULES, graph);
    }

    /**
     * As {@link #simplify}, and what would overflow or lose its digits on the way is written so that it doesn't. Of a
     * graph that is still to be differentiated.
     */
    public static Graph stabilise(Graph graph) {
        return apply(STABLE_RULES, graph);
    }

    private static Graph apply(List<Rule> rules, Graph graph) {
        // Rules that ask who else uses a value need to know which values are one.
        Sweep sweep = new Sweep(graph, List.of());
        for (int i = 0; i < SWEEPS && sweep.changed(); i++) {
            sweep = new Sweep(sweep.result(), rules);
        }
        return sweep.result();
    }
}
