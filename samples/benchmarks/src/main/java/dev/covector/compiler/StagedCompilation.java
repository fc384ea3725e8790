package dev.covector.compiler;

import dev.covector.compiler.emit.Emitter;
import dev.covector.compiler.emit.Loader;
import dev.covector.graph.Graph;
import dev.covector.runtime.kernel.VectorSupport;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Compiles a graph to classes, as {@link Compiler} does, and takes the processor time of each stage. */
public final class StagedCompilation {
    /**
     * What a stage took, of all functions together.
     *
     * @param stage such as "simplify again"
     * @param nodes of the graph that the stage was given
     */
    public record Cost(String stage, int nodes, long nanos) {}

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Map<Stage, Long> nanos = new TreeMap<>();
    private long last;

    private StagedCompilation() {}

    /** The stages in their order. */
    public static List<Cost> compile(Graph source) {
        return new StagedCompilation().run(source);
    }

    private List<Cost> run(Graph source) {
        last = THREADS.getCurrentThreadCpuTime();
        Compilation compilation = Compilation.of(source, stage -> nanos.merge(stage, lap(), Long::sum));
        List<Cost> costs = new ArrayList<>();
        nanos.forEach(
                (stage, time) -> costs.add(new Cost(stage.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        given(stage, compilation).nodes().size(), time)));
        int nodes = compilation.specialised().nodes().size();
        lap();
        List<List<Emitter.ClassFile>> functions = new ArrayList<>();
        for (Compilation.Compiled function : compilation.functions()) {
            functions.add(function.scalar());
            if (VectorSupport.bits() > 0) {
                functions.add(function.vector(VectorSupport.bits()));
            }
        }
        costs.add(new Cost("emit", nodes, lap()));
        Loader loader = new Loader();
        for (List<Emitter.ClassFile> files : functions) {
            loader.load(files);
            files.forEach(file -> link(file, loader));
        }
        costs.add(new Cost("define", nodes, lap()));
        return costs;
    }

    /** Nanoseconds since this was last asked. */
    private long lap() {
        long now = THREADS.getCurrentThreadCpuTime();
        long lap = now - last;
        last = now;
        return lap;
    }

    private static Graph given(Stage stage, Compilation compilation) {
        return switch (stage) {
            case SIMPLIFY -> compilation.source();
            case DIFFERENTIATE -> compilation.simplified();
            case SIMPLIFY_AGAIN -> compilation.differentiated();
            case SPECIALISE -> compilation.simplifiedAgain();
            case FUSE, LOWER, PLAN, PRINT -> compilation.specialised();
        };
    }

    /** Verifies a class too, which the JVM does when it is first used. */
    private static void link(Emitter.ClassFile file, Loader loader) {
        try {
            Class.forName(file.name().replace('/', '.'), true, loader);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(file.name() + " can't be loaded", e);
        }
    }
}
