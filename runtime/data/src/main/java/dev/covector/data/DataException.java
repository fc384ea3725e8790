package dev.covector.data;

/**
 * Data that is missing, cut short, damaged, or of another format. The message is one line that names the file, what was
 * expected and what was found, fit to be shown to whoever named the file.
 */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message of one line that names the file. */
    public DataException(String message) {
        super(message);
    }

    /** The source is a file, or what tells where the data comes from. */
    static DataException expected(Object source, String expected, Object found) {
        return new DataException(source + ": expected " + expected + ", found " + found);
    }
}
