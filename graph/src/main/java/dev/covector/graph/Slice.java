package dev.covector.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to take of one axis in {@link Expr#get(Slice...)}; together they say what NumPy writes between brackets.
 *
 * <pre>{@code
 * x.get(Slice.at(0))                              // x[0]
 * x.get(Slice.range(1, 5), Slice.all())           // x[1:5, :]
 * x.get(Slice.ellipsis(), Slice.from(1).step(2))  // x[..., 1::2]
 * x.get(Slice.all().step(-1))                     // x[::-1]
 * x.get(Slice.all(), Slice.newAxis())             // x[:, None]
 * }</pre>
 *
 * <p>Indices count from 0, or from the end where negative. Bounds beyond an axis of fixed extent are as good as its ends.
 */
public final class Slice {
    enum Kind {
        /** Some indices of an axis. */
        RANGE,
        /** One index, whose axis disappears. */
        INDEX,
        NEW_AXIS, ELLIPSIS
    }

    private static final Slice ALL = new Slice(Kind.RANGE, null, null, 1);
    private static final Slice NEW_AXIS = new Slice(Kind.NEW_AXIS, null, null, 1);
    private static final Slice ELLIPSIS = new Slice(Kind.ELLIPSIS, null, null, 1);

    private final Kind kind;
    private final @Nullable Integer start;
    private final @Nullable Integer stop;
    private final int step;

    private Slice(Kind kind, @Nullable Integer start, @Nullable Integer stop, int step) {
        this.kind = kind;
        this.start = start;
        this.stop = stop;
        this.step = step;
    }

    /** The whole axis: {@code :}. */
    public static Slice all() {
        return ALL;
    }

    /** The element at {@code index}, without the axis. An index outside the axis is an error. */
    public static Slice at(int index) {
        return new Slice(Kind.INDEX, index, null, 1);
    }

    /** From {@code start} up to, not including, {@code stop}: {@code start:stop}. */
    public static Slice range(int start, int stop) {
        return new Slice(Kind.RANGE, start, stop, 1);
    }

    /** From {@code start} to the end: {@code start:}. */
    public static Slice from(int start) {
        return new Slice(Kind.RANGE, start, null, 1);
    }

    /** From the beginning up to, not including, {@code stop}: {@code :stop}. */
    public static Slice to(int stop) {
        return new Slice(Kind.RANGE, null, stop, 1);
    }

    /** A new axis of extent 1: {@code None}. */
    public static Slice newAxis() {
        return NEW_AXIS;
    }

    /** As many whole axes as are not spoken of: {@code ...}. What is behind it counts from the last axis. */
    public static Slice ellipsis() {
        return ELLIPSIS;
    }

    /**
     * Every {@code step}-th of these indices: {@code start:stop:step}. Where it is negative they are taken backwards, so
     * the start is the greater one.
     *
     * @throws GraphException if it is 0, or this is no range
     */
    public Slice step(int every) {
        if (every == 0 || kind != Kind.RANGE) {
            throw GraphBuilder.errorHere(
                    every == 0 ? "a slice's step can't be 0" : this + " has no step; ranges have", List.of(),
                    "");
        }
        return new Slice(kind, start, stop, every);
    }

    Kind kind() {
        return kind;
    }

    /** Where it begins, or the one index that it is; null for the end that the step comes from. */
    @Nullable
    Integer start() {
        return start;
    }

    @Nullable
    Integer stop() {
        return stop;
    }

    int step() {
        return step;
    }

    /** As between NumPy's brackets, such as {@code 1:5} or {@code ::-1}. */
    @Override
    public String toString() {
        return switch (kind) {
            case INDEX -> String.valueOf(start);
            case NEW_AXIS -> "None";
            case ELLIPSIS -> "...";
            case RANGE -> (start == null ? "" : start) + ":" + (stop == null ? "" : stop)
                    + (step == 1 ? "" : ":" + step);
        };
    }
}
