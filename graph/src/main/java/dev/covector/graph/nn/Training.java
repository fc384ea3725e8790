package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.Updates;
import dev.covector.graph.ir.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Tells blocks that they are applied as in training, and collects what they change besides what an optimizer does, such
 * as the running averages of {@link BatchNorm}. One for each function that trains; see {@link Block}.
 */
public final class Training {
    private final Map<Node, List<Expr>> changes = new LinkedHashMap<>();

    /** Of one application, or of several in one function. */
    public Training() {}

    /**
     * A block's change of a state. If the block is applied several times, each sees what those before it made.
     *
     * @param change the new value by the old one
     */
    public void update(Expr state, UnaryOperator<Expr> change) {
        List<Expr> soFar = changes.computeIfAbsent(state.node(), node -> new ArrayList<>(List.of(state)));
        soFar.add(change.apply(soFar.getLast()));
    }

    /** All changes so far, for {@link dev.covector.graph.FunctionBuilder#updates}. */
    public Updates updates() {
        Updates updates = Updates.none();
        for (List<Expr> values : changes.values()) {
            updates = updates.and(values.getFirst(), values.getLast());
        }
        return updates;
    }
}
