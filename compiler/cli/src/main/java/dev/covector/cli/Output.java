package dev.covector.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What commands write. */
final class Output {
    private Output() {}

    /** Writes a text to a file, or to standard output if that is null. */
    static void text(String text, @Nullable Path file, CommandSpec spec) {
        if (file == null) {
            spec.commandLine().getOut().print(text);
            return;
        }
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw cantWrite(file, e);
        }
    }

    static UserException cantWrite(Path file, IOException e) {
        Path parent = file.toAbsolutePath().getParent();
        return new UserException(file + ": can't be written: "
                + (Files.isDirectory(file) ? "it is a directory"
                        : parent != null && !Files.isDirectory(parent) ? "there is no directory " + parent
                        : e.getMessage()));
    }
}
