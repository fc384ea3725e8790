package dev.covector.compiler;

import dev.covector.compiler.emit.Emitter;
import dev.covector.graph.Graph;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.PreparedCall;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Measures what compiling a large graph takes, in processor time of the thread, on a stack of 512 KB: {@code FORM SIZE
 * [ROUNDS]}, such as {@code CHAIN 100000}.
 */
final class LargeGraphStages {
    private final LargeGraphs form;
    private final int size;
    private long since;

    private LargeGraphStages(LargeGraphs form, int size) {
        this.form = form;
        this.size = size;
    }

    public static void main(String[] arguments) throws InterruptedException {
        LargeGraphStages stages =
                new LargeGraphStages(LargeGraphs.valueOf(arguments[0]), Integer.parseInt(arguments[1]));
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
        Thread thread = new Thread(null, () -> {
            for (int round = 0; round < rounds; round++) {
                stages.run();
            }
        }, "small stack", 512 << 10);
        thread.start();
        thread.join();
    }

    private void run() {
        System.gc();
        ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
        System.out.printf(Locale.ROOT, "%s %d%n", form, size);
        since = now();
        Graph source = timed("build", () -> form.graph(size));
        Map<Stage, Long> spent = new EnumMap<>(Stage.class);
        Compilation compilation = Compilation.of(source, stage -> {
            spent.merge(stage, now() - since, Long::sum);
            since = now();
        });
        spent.forEach(
                (stage, nanos) -> System.out.printf(Locale.ROOT, "  %-16s %9.1f ms%n", stage, nanos / 1e6));
        Compilation.Compiled f = compilation.functions().getFirst();
        since = now();
        List<Emitter.ClassFile> scalar = timed("emit scalar", f::scalar);
        List<Emitter.ClassFile> vector = timed("emit vector", () -> f.vector(512));
        CompiledGraph compiled = timed("emit and define",
                () -> CompiledGraph.of(Compiler.program(compilation, new CompileCache())));
        PreparedCall call = timed("session, prepare", () -> compiled.newSession(1).prepare("f"));
        call.input("x", form.input());
        timed("first call", call::run);
        timed("second call", call::run);
        String text = timed("to text", () -> GraphText.canonical(compilation.specialised()));
        timed("from text", () -> GraphText.parse(text));
        Plan plan = f.plan();
        System.out.printf(Locale.ROOT,
                "  nodes %d, compiled %d; kernels %d, launches %d, slots %d, arrays %d; classes %d + %d, MB %.1f + %.1f%n",
                source.nodes().size(), compilation.specialised().nodes().size(), plan.steps().size(),
                plan.launches(), plan.slots().size(), plan.storages().size(), scalar.size(), vector.size(),
                megabytes(scalar), megabytes(vector));
        System.out.printf(Locale.ROOT, "  peak of the heap %d MB%n",
                ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .mapToLong(pool -> pool.getPeakUsage().getUsed()).sum() >> 20);
    }

    private <T> T timed(String what, Supplier<T> stage) {
        T result = stage.get();
        System.out.printf(Locale.ROOT, "  %-16s %9.1f ms%n", what, (now() - since) / 1e6);
        since = now();
        return result;
    }

    private static long now() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double megabytes(List<Emitter.ClassFile> files) {
        return files.stream().mapToLong(file -> file.bytes().length).sum() / 1e6;
    }
}
