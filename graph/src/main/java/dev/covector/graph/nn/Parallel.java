package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Branches that are all applied to the same value, their results joined along an axis. */
public final class Parallel implements Block {
    private final int axis;
    private final List<Block> branches;

    private Parallel(int axis, List<Block> branches) {
        this.axis = axis;
        this.branches = branches;
    }

    /**
     * These branches.
     *
     * @param axis along which results are joined; -1 for features and channels
     * @throws IllegalArgumentException if there is none
     */
    public static Parallel of(int axis, Block... branches) {
        Numbers.atLeastOne("number of branches", branches.length);
        return new Parallel(axis, Arrays.asList(branches.clone()));
    }

    @Override
    public Expr invoke(Expr x) {
        return joined(branch -> branch.invoke(x));
    }

    @Override
    public Expr invoke(Expr x, Training training) {
        return joined(branch -> branch.invoke(x, training));
    }

    private Expr joined(Function<Block, Expr> applied) {
        return Expr.concat(axis, branches.stream().map(applied).toList());
    }
}
