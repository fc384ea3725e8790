package dev.covector.samples.command;

/**
 * Something outside the program is not as it must be: a data file that is missing, cut short or of another
 * format, a picture that can't be written. The message is one line that names the file, what was expected and
 * what was found; {@link SampleCommands} prints it and ends with status 2.
 */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DataException(String message) {
        super(message);
    }
}
