package dev.covector.runtime;

import dev.covector.runtime.kernel.Program;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An input of a function: what may be given for it, and which named dimensions that binds. */
final class InputPort {
    private final String function;
    private final Program.Port port;
    /** For each axis that is a bare name the name's index, for others -1. */
    private final int[] names;
    /** For each axis its extent where that is fixed, for others -1. */
    private final long[] fixed;
    private final Formula[] axes;

    InputPort(String function, Program.Port port, List<String> names) {
        this.function = function;
        this.port = port;
        List<Dim> dims = port.shape().dims();
        // Streams of numbers would be the first that a JVM has seen when it starts.
        this.names = new int[dims.size()];
        this.fixed = new long[dims.size()];
        this.axes = new Formula[dims.size()];
        for (int axis = 0; axis < axes.length; axis++) {
            Dim dim = dims.get(axis);
            this.names[axis] = dim.isName() ? names.indexOf(dim.toString()) : -1;
            this.fixed[axis] = dim.isConstant() ? dim.value() : -1;
            this.axes[axis] = dim.formula(names);
        }
    }

    String name() {
        return port.name();
    }

    int slot() {
        return port.slot();
    }

    /** Refuses data that is of another type or rank, or of another extent where that is fixed. */
    void check(Tensor given) {
        if (given.dtype() != port.dtype()) {
            throw mismatch(given, "; convert the data, or cast in the graph");
        }
        if (given.rank() != axes.length) {
            throw mismatch(given, "; the rank must be " + axes.length);
        }
        for (int axis = 0; axis < axes.length; axis++) {
            if (fixed[axis] >= 0 && fixed[axis] != given.dim(axis)) {
                throw mismatch(given, "; axis " + axis + " must be " + fixed[axis]);
            }
        }
    }

    /**
     * Binds the bare names among the extents; {@code boundBy} says which input has bound each name already.
     */
    void bind(Tensor given, Extents extents, @Nullable InputPort[] boundBy) {
        for (int axis = 0; axis < names.length; axis++) {
            int name = names[axis];
            if (name < 0) {
                continue;
            }
            InputPort binder = boundBy[name];
            if (binder == null) {
                boundBy[name] = this;
                extents.bind(name, given.dim(axis));
            } else if (extents.value(name) != given.dim(axis)) {
                throw mismatch(given, "; " + axes[axis].dim() + " is " + extents.value(name) + " by input \""
                        + binder.name() + "\"");
            }
        }
    }

    /** Refuses extents that contradict those that are computed from the names. */
    void checkComputed(Tensor given, Extents extents) {
        for (int axis = 0; axis < names.length; axis++) {
            if (names[axis] < 0 && extents.evaluateLong(axes[axis]) != given.dim(axis)) {
                throw mismatch(given, "; " + axes[axis].dim() + " is " + extents.evaluateLong(axes[axis])
                        + extents.bindings());
            }
        }
    }

    CallException missing() {
        return new CallException(
                "function \"" + function + "\": input \"" + name() + "\" is missing; it is " + declared());
    }

    /** What is given is an array that the call itself writes. */
    CallException aliased() {
        return new CallException("function \"" + function + "\": input \"" + name()
                + "\" was given a view of a result of the same prepared call; give it a copy()");
    }

    private CallException mismatch(Tensor given, String hint) {
        return new CallException("function \"" + function + "\": input \"" + name() + "\" is " + declared()
                + ", but was given " + given.describe() + hint);
    }

    private String declared() {
        return port.dtype() + port.shape().toString();
    }
}
