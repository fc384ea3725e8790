package dev.covector.compiler;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Adds a file to dumps: each implementation that {@link java.util.ServiceLoader} finds is asked to. Where the module
 * {@code covector-explain} is on the class path, that is the page.
 */
public interface ExplanationWriter {
    /** Writes to a folder that is there and has the text files already. */
    void write(Explanation explanation, Path directory) throws IOException;
}
