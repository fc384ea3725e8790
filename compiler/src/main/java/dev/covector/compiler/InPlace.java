package dev.covector.compiler;

import dev.covector.compiler.loop.Nest;
import dev.covector.runtime.kernel.FloatGemm;

/**
 * An operand that can be read where it is: the buffer, and the nest that says where its rows or steps are, steps of {@code run}
 * columns at a time.
 *
 * @param step how far neighbouring steps are from each other; of a right operand 0 if that differs, or some are left out
 */
record InPlace(int slot, Nest places, int run, int step) {
    /** Whether a right operand is one panel, as packing would make it. */
    boolean isPanel() {
        return run == FloatGemm.TILE_N && step == FloatGemm.TILE_N;
    }

    /** Whether a right operand has whole pairs of panels, and all its steps are equally far from each other. */
    boolean isInPairs() {
        return run % (2 * FloatGemm.TILE_N) == 0 && step != 0;
    }
}
