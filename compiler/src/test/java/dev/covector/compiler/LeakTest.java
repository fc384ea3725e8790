package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

/**
 * Graphs that are compiled, called and dropped leave nothing behind. To compile more of them than the build does, and see
 * the figures:
 *
 * <pre>
 * mvn test -pl compiler -am -Dtest=LeakTest -Dcovector.leak.compilations=10000
 * </pre>
 */
final class LeakTest {
    private static final int COMPILATIONS = Integer.getInteger("covector.leak.compilations", 150);
    /** More than the cache remembers. */
    private static final int WARM_UP = 100;

    /** The classes that are loaded now, and the bytes in use, after a collection. */
    private record Footprint(int classes, long metaspace, long heap) {
        static Footprint now() throws InterruptedException {
            // Classes of one collection may be unloaded by the next.
            for (int i = 0; i < 3; i++) {
                System.gc();
                Thread.sleep(20);
            }
            long metaspace = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getName().equals("Metaspace")).findFirst()
                    .map(MemoryPoolMXBean::getUsage).orElseThrow().getUsed();
            return new Footprint(ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(), metaspace,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }

        @Override
        public String toString() {
            return classes + " classes, metaspace " + (metaspace >> 10) + " KB, heap " + (heap >> 10) + " KB";
        }
    }

    /** Another graph for each number, with 40 KB of parameters, 40 KB of data, and an index that is checked. */
    private static Graph graph(int number) {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", FLOAT32, Shape.of(Dim.of("n"), 8 + number));
        Expr w = g.parameter("w", FLOAT32, Shape.of(10_000), (b, t, s) -> b.randomUniform(t, s));
        Expr data = g.constant(Tensor.zeros(FLOAT32, 10_000));
        Expr i = g.input("i", INT32, Shape.of(3));
        Expr y = x.sum(-1).sum().plus(w.plus(data).gather(i, 0).sum());
        g.function("f").returns("y", y).updates(w, w.times(0.5));
        return g.build();
    }

    private static CompiledGraph compileAndCall(int number) {
        CompiledGraph compiled = Compiler.compile(graph(number));
        Session session = compiled.newSession(1);
        session.call("f").input("x", Tensor.zeros(FLOAT32, 2, 8 + number))
                .input("i", Tensor.of(new int[3], 3)).run();
        return compiled;
    }

    @Test
    void droppedCompilationsLeaveNothing() throws InterruptedException {
        int number = 0;
        for (; number < WARM_UP; number++) {
            compileAndCall(number);
        }
        Footprint before = Footprint.now();
        for (; number < WARM_UP + COMPILATIONS; number++) {
            compileAndCall(number);
            if ((number + 1) % 1000 == 0) {
                System.out.println("after " + (number + 1) + " compilations: " + Footprint.now());
            }
        }
        Footprint after = Footprint.now();
        // Each graph has more than 5 classes, which take more than 20 KB, and 80 KB of arrays.
        assertTrue(after.classes() - before.classes() < COMPILATIONS, () -> before + ", then " + after);
        assertTrue(after.metaspace() - before.metaspace() < COMPILATIONS * 5_000L,
                () -> before + ", then " + after);
        assertTrue(after.heap() - before.heap() < COMPILATIONS * 20_000L, () -> before + ", then " + after);
    }

    /** The cache alone keeps no class: what it knows of classes are weak references. */
    @Test
    void codeGoesWithTheLastProgramThatHasIt() throws InterruptedException {
        CompileCache cache = new CompileCache();
        Graph graph = graph(0);
        Compilation.Compiled function = Compilation.of(graph).functions().getFirst();
        WeakReference<Object> code = new WeakReference<>(
                cache.code(function.scalar(), null, function.plan().nests().size()));
        for (int i = 0; i < 100 && code.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertEquals(null, code.get());
    }
}
