package dev.covector.graph.ir;

/** An op was given operands that it does not take. The DSL turns this into an error that names them. */
public final class TypeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String hint;

    TypeException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    /** What would likely mend it; empty if there is nothing to say. */
    public String hint() {
        return hint;
    }
}
