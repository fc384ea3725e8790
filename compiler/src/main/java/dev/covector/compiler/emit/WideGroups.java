package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Stmt;
import dev.covector.runtime.DType;
import org.jspecify.annotations.Nullable;

/**
 * The groups of vectors that a nest has a method of its own for: of sums over the rows of a matrix, as a row times a
 * matrix has them. The more columns are added up together, the longer are the pieces in which the matrix is read: half of the
 * processor's registers take half the time of four. The nest's own method, with a loop for the columns that are left and
 * masks for the last of them, would become so large that HotSpot's first compiler gives up on it.
 *
 * @param loop  the whole of the nest
 * @param parts  vectors of a group
 * @param length lanes of a vector
 */
record WideGroups(Stmt.Loop loop, Vectorisable lanes, int parts, int length) {
    /** Definitions and stores that a group may have. */
    private static final int MAX_STEPS = 128;

    /** Those of a nest, or null. */
    static @Nullable WideGroups of(Nest nest, Uses uses, Flavour flavour) {
        if (!flavour.vector() || nest.body().size() != 1
                || !(nest.body().getFirst() instanceof Stmt.Loop loop)
                || loop.lower() != Bound.Param.FROM || loop.upper() != Bound.Param.TO || !isOfSums(loop)) {
            return null;
        }
        Vectorisable lanes = Vectorisable.of(loop);
        int parts = (flavour.bits() >= 512 ? 32 : 16) / 2;
        if (lanes == null || lanes.arrayTypes().contains(DType.BOOL)
                || uses.size(loop.body()) * parts > MAX_STEPS
                || uses.arrays.stream().anyMatch(Access.Array.Stream.class::isInstance)) {
            return null;
        }
        return new WideGroups(loop, lanes, parts, flavour.bits() / Byte.SIZE / lanes.bytes());
    }

    private static boolean isOfSums(Stmt.Loop loop) {
        return loop.accumulators().isEmpty() && loop.body().stream()
                .anyMatch(stmt -> stmt instanceof Stmt.Loop inner && !inner.accumulators().isEmpty());
    }

    /** Indices of a group. */
    int indices() {
        return parts * length;
    }

    /** So many indices need all of the nest's code: that for a group, for some vectors, and for some lanes. */
    int sample() {
        return indices() + VectorLoop.MOST_SIDE_BY_SIDE * length + 1;
    }
}
