package dev.covector.samples;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every sample has: how its graph is compiled and run. */
final class CompilerOptions {
    @Option(names = "--seed", paramLabel = "N",
            description = "seed of the data, the initial values and the order of"
                    + " the batches (default: ${DEFAULT-VALUE})")
    long seed = 42;

    @Option(names = "--threads", paramLabel = "N", converter = PositiveInt.class,
            description = "threads that a call uses (default: all cores, here ${DEFAULT-VALUE})")
    int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--flavour", paramLabel = "KIND",
            description = "kernels to run: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    Flavour flavour = Flavour.AUTO;

    @Option(names = "--dump", paramLabel = "DIR",
            description = "write what each stage of the compiler made of the graph to this directory")
    @Nullable
    Path dump;
}
