package dev.covector.stripes.graph;

import dev.covector.compiler.AheadOfTime;
import java.io.IOException;
import java.nio.file.Path;

/** What the build runs: writes the classes and the facade of the graph. */
final class Generate {
    private Generate() {}

    /** @param arguments the folder of classes, and that of sources */
    public static void main(String[] arguments) throws IOException {
        AheadOfTime.compile(StripesGraph.graph(), "dev.covector.stripes", "Stripes").nullMarked()
                .writeTo(Path.of(arguments[0]), Path.of(arguments[1]));
    }
}
