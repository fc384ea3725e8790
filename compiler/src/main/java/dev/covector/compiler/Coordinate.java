package dev.covector.compiler;

import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where along an axis a loop looks: at {@code offset + sum(factor · counter)}.
 *
 * @param terms one per counter; none where nothing counts
 */
record Coordinate<T>(List<Term<T>> terms, Dim offset) {

    /**
     * One summand.
     *
     * @param factor negative where it counts down
     */
    record Term<T>(T counter, long factor) {}

    Coordinate {
        terms = List.copyOf(terms);
    }

    /** Index 0 of the axis, always. */
    static <T> Coordinate<T> zero() {
        return new Coordinate<>(List.of(), Dim.of(0));
    }

    /** At {@code counter}; null is index 0. */
    static <T> Coordinate<T> of(@Nullable T counter) {
        return counter == null ? zero() : new Coordinate<>(List.of(new Term<>(counter, 1)), Dim.of(0));
    }

    /** {@code start + step · this}. */
    Coordinate<T> moved(Dim start, long step) {
        return new Coordinate<>(
                terms.stream().map(term -> new Term<>(term.counter(), term.factor() * step)).toList(),
                start.plus(offset.times(step)));
    }

    /** The sum of both, which count different things. */
    Coordinate<T> plus(Coordinate<T> other) {
        List<Term<T>> both = new ArrayList<>(terms);
        both.addAll(other.terms);
        return new Coordinate<>(both, offset.plus(other.offset));
    }

    /** The counter, if this is a counter and nothing else. */
    @Nullable
    T plain() {
        return terms.size() == 1 && terms.getFirst().factor() == 1 && offset.isExactly(0)
                ? terms.getFirst().counter()
                : null;
    }
}
