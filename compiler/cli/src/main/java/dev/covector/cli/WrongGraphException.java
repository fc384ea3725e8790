package dev.covector.cli;

/** A graph that is not well-formed, as opposed to one that isn't there. */
final class WrongGraphException extends UserException {
    private static final long serialVersionUID = 1L;

    WrongGraphException(String message) {
        super(message);
    }
}
