package dev.covector.cli;

/** Something that the user can put right; the message says what it is, and is all that is shown. */
class UserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UserException(String message) {
        super(message);
    }
}
