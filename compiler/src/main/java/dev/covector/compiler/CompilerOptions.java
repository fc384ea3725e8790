package dev.covector.compiler;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** How to compile; immutable. */
public final class CompilerOptions {
    private final @Nullable Path dump;

    private CompilerOptions(@Nullable Path dump) {
        this.dump = dump;
    }

    /** No dumps. */
    public static CompilerOptions defaults() {
        return new CompilerOptions(null);
    }

    /**
     * Writes a numbered text file per stage to a directory, which is made if need be: the graph as the user wrote it and
     * after each pass, and for each function its kernels, its plan and its bytecode.
     */
    public CompilerOptions dumpTo(Path directory) {
        return new CompilerOptions(directory);
    }

    @Nullable
    Path dump() {
        return dump;
    }
}
