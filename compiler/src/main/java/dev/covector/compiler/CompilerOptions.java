package dev.covector.compiler;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** How to compile; immutable. */
public final class CompilerOptions {
    /** What calls are stopped at. */
    enum Checked {
        NOTHING, NAN, NAN_AND_INFINITY
    }

    private final @Nullable Path dump;
    private final Checked checked;

    private CompilerOptions(@Nullable Path dump, Checked checked) {
        this.dump = dump;
        this.checked = checked;
    }

    /** No dumps, no checked calls. */
    public static CompilerOptions defaults() {
        return new CompilerOptions(null, Checked.NOTHING);
    }

    /**
     * Compiles for looking for mistakes: each op is a kernel of its own, after which all floating values that it wrote are
     * looked at. A call stops with a {@link dev.covector.runtime.CallException} that names the op, the user's line, the
     * place and the values that entered, and leaves all parameters as they were, at the first
     *
     * <ul>
     * <li>input or parameter that has a NaN or an infinity;
     * <li>op that makes a NaN of other values, or an infinity of finite ones. An infinity that is passed on from data of
     * the graph, such as that of a mask or of padding, is not made, and what a select doesn't choose doesn't count;
     * <li>index of a gather or scatter that is out of range;
     * <li>label of a one-hot vector or a cross-entropy that is no class, which otherwise is all zeros, or a loss of 0: an
     * index along an axis that integers are compared with for equality is taken for that;
     * <li>integer divided by zero.
     * </ul>
     *
     * <p>Slow, by a factor of ten or so and more, and all values of a function are in memory at once. The passes over the
     * graph are the same, so that a logarithm of a softmax, say, is as stable as it is otherwise; sums may be added up in
     * another order. Such a graph can't be profiled.
     */
    public CompilerOptions checked() {
        return new CompilerOptions(dump, Checked.NAN_AND_INFINITY);
    }

    /** As {@link #checked()}, but infinities are fine, also in inputs and parameters. */
    public CompilerOptions checkedForNan() {
        return new CompilerOptions(dump, Checked.NAN);
    }

    /**
     * Writes a numbered text file per stage to a directory, which is made if need be: the graph as the user wrote it and
     * after each pass, and for each function its kernels, its plan and its bytecode. Where the module
     * {@code covector-explain} is on the class path, a page, {@code explanation.html}, shows all that in a browser.
     */
    public CompilerOptions dumpTo(Path directory) {
        return new CompilerOptions(directory, checked);
    }

    Checked checks() {
        return checked;
    }

    @Nullable
    Path dump() {
        return dump;
    }
}
