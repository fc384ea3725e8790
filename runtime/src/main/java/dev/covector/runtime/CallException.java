package dev.covector.runtime;

/**
 * A call that can't be carried out with the data that it was given: an integer divided by zero, an index out of range,
 * an input that is missing or of the wrong shape. The message names the op or input, the value and its bound.
 */
public final class CallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error of a call. */
    public CallException(String message) {
        super(message);
    }
}
