package dev.covector.compiler;

import dev.covector.runtime.Dim;
import org.jspecify.annotations.Nullable;

/**
 * Where along an axis a loop looks: at {@code offset + factor · counter}.
 *
 * @param counter what counts; null where nothing does, and the factor is 0
 * @param factor  negative where it counts down
 */
record Coordinate<T>(@Nullable T counter, long factor, Dim offset) {

    /** Index 0 of the axis, always. */
    static <T> Coordinate<T> zero() {
        return new Coordinate<>(null, 0, Dim.of(0));
    }

    /** At {@code counter}; null is index 0. */
    static <T> Coordinate<T> of(@Nullable T counter) {
        return counter == null ? zero() : new Coordinate<>(counter, 1, Dim.of(0));
    }

    /** {@code start + step · this}. */
    Coordinate<T> moved(Dim start, long step) {
        return new Coordinate<>(counter, factor * step, start.plus(offset.times(step)));
    }

    /** Whether this is a counter and nothing else. */
    boolean isPlain() {
        return counter != null && factor == 1 && offset.is(0);
    }

    boolean isZero() {
        return counter == null && offset.is(0);
    }
}
