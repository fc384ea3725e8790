package dev.covector.runtime;

import java.util.List;

/** The named dimensions of a function and what the inputs of the current call bind them to. */
final class Extents {
    private final String function;
    private final List<String> names;
    private final long[] values;

    Extents(String function, List<String> names) {
        this.function = function;
        this.names = names;
        this.values = new long[names.size()];
    }

    long value(int name) {
        return values[name];
    }

    /** The value of a name that some input binds. */
    long value(String name) {
        return values[names.indexOf(name)];
    }

    void bind(int name, int value) {
        values[name] = value;
    }

    /** An extent, which fits an {@code int}. */
    int evaluate(Formula formula) {
        long value = evaluateLong(formula);
        if (value != (int) value) {
            throw tooLarge(formula);
        }
        return (int) value;
    }

    /** The length of an array. */
    int length(Formula formula) {
        int length = evaluate(formula);
        if (length < 0) {
            throw new CallException(
                    "function \"" + function + "\" would need " + length + " elements (" + formula.dim()
                            + ")" + bindings());
        }
        return length;
    }

    /** The error of a call where {@code formula} is negative. */
    CallException negative(Formula formula, String problem) {
        return new CallException("function \"" + function + "\": " + problem + ": " + formula.dim() + " is "
                + evaluateLong(formula) + bindings());
    }

    long evaluateLong(Formula formula) {
        try {
            return formula.evaluate(values);
        } catch (ArithmeticException e) {
            throw tooLarge(formula);
        }
    }

    private CallException tooLarge(Formula formula) {
        return new CallException("function \"" + function + "\" would need more than " + Integer.MAX_VALUE
                + " elements (" + formula.dim() + ")" + bindings());
    }

    /** Such as {@code , where batch is 32}. */
    String bindings() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? ", where " : ", ").append(names.get(i)).append(" is ").append(values[i]);
        }
        return text.toString();
    }
}
