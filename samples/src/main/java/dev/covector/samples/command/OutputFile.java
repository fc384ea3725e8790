package dev.covector.samples.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file that a sample writes at its end. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Makes sure, before hours of training, that the file can be written after them.
     *
     * @throws SampleException if it can't
     */
    public static void check(Path file) {
        Path directory = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
        if (Files.isDirectory(file) || !Files.isDirectory(directory)) {
            throw new SampleException(
                    file + ": expected the name of a file in a directory that exists, found "
                            + (Files.isDirectory(file) ? "a directory" : "no directory " + directory));
        }
        if (!Files.isWritable(Files.exists(file) ? file : directory)) {
            throw new SampleException(file + ": expected a file that can be written, found no permission");
        }
    }
}
