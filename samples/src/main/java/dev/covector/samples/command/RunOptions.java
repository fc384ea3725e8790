package dev.covector.samples.command;

import dev.covector.compiler.Compiler;
import dev.covector.compiler.CompilerOptions;
import dev.covector.graph.Graph;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Workers;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every sample has: how its graph is compiled and run. */
public final class RunOptions {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    @Option(names = "--seed", paramLabel = "N",
            description = "seed of the data, the initial values and the order of"
                    + " the batches (default: ${DEFAULT-VALUE})")
    private long seed = 42;

    @Option(names = "--threads", paramLabel = "N", converter = PositiveInt.class,
            description = "threads that a call uses (default: all cores, here ${DEFAULT-VALUE})")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--flavour", paramLabel = "KIND",
            description = "kernels to run: auto (vector ones once they are warm), vector or scalar"
                    + " (default: auto); all give the same results")
    private Flavour flavour = Flavour.AUTO;

    @Option(names = "--dump", paramLabel = "DIR",
            description = "write what each stage of the compiler made of a graph to the folder of"
                    + " its name in this directory; explanation.html there shows it in a browser")
    private @Nullable Path dump;

    /** What all randomness of a run follows from. */
    public long seed() {
        return seed;
    }

    /** The threads of {@link #session}, for the caller to close. */
    public Workers workers() {
        return Workers.of(threads);
    }

    /**
     * Compiles a graph and gives its parameters their first values.
     *
     * @throws SampleException if the dump can't be written, or this JVM lacks the flavour
     */
    public Session session(Graph graph, Workers workers) {
        if (flavour == Flavour.VECTOR && ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            throw new SampleException("--flavour vector: expected a JVM with the module " + VECTOR_MODULE
                    + ", found one without it (start java with --add-modules " + VECTOR_MODULE + ")");
        }
        CompilerOptions options = CompilerOptions.defaults();
        try {
            return Compiler
                    .compile(graph, dump == null ? options : options.dumpTo(dump.resolve(graph.name())))
                    .newSession(seed, SessionOptions.defaults().workers(workers).flavour(flavour));
        } catch (UncheckedIOException e) {
            throw new SampleException(
                    dump + ": expected a directory that can be written, found " + e.getCause());
        }
    }
}
