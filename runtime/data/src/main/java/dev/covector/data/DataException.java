package dev.covector.data;

import java.nio.file.Path;

/**
 * A data file that is missing, cut short, damaged, or of another format. The message is one line that names the file,
 * what was expected and what was found, fit to be shown to whoever named the file.
 */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message of one line that names the file. */
    public DataException(String message) {
        super(message);
    }

    static DataException expected(Path file, String expected, Object found) {
        return new DataException(file + ": expected " + expected + ", found " + found);
    }
}
