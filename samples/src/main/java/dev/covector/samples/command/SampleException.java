package dev.covector.samples.command;

/**
 * A sample can't run as it was told to: a file can't be read or written, or this JVM lacks what an option asks for. The
 * message is one line that names what is wrong, what was expected and what was found; {@link SampleCommands} prints it
 * and ends with status 2, as it does for {@link dev.covector.data.DataException}.
 */
public final class SampleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message of one line for the user. */
    public SampleException(String message) {
        super(message);
    }
}
