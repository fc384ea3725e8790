package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.emit.ClassFiles;
import dev.covector.compiler.emit.Emitter;
import dev.covector.compiler.reference.Interpreter;
import dev.covector.compiler.reference.RefTensor;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.ir.Op;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.kernel.Program;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Graphs of many nodes are compiled and run: without deep recursion, and with code that grows as they do. */
final class LargeGraphsTest {
    /** Half of the default, on which a recursion over 10,000 nodes would end soon. */
    private static final long STACK = 512 << 10;

    @ParameterizedTest
    @CsvSource({"CHAIN,100000", "TREE,10000", "FAN,10000", "RESULTS,10000", "MLP,10000"})
    void givesWhatTheInterpreterGives(LargeGraphs form, int size) throws Exception {
        onSmallStack(() -> {
            Graph source = form.graph(size);
            assertEquals(GraphText.canonical(source),
                    GraphText.canonical(GraphText.parse(GraphText.canonical(source))));
            Compilation compilation = Compilation.of(source);
            int nodes = compilation.specialised().nodes().size();
            assertTrue(nodes > size * 0.75 && nodes < size * 1.5, () -> nodes + " nodes");
            for (Compilation.Compiled function : compilation.functions()) {
                Size.bytes(function.scalar());
            }
            CompiledGraph compiled = CompiledGraph.of(Compiler.program(compilation, new CompileCache()));
            Session session = compiled.newSession(7);
            Map<String, Tensor> parameters = new LinkedHashMap<>();
            source.parameters().forEach(p -> parameters.put(p.name(), session.parameters().get(p.name())));
            Interpreter.Outcome expected = Interpreter.run(compilation.simplifiedAgain(), "f",
                    Map.of("x", form.input()), parameters, 7, 0);
            Results results = session.call("f").input("x", form.input()).run();
            expected.results().forEach((name, value) -> near(name, value, results.tensor(name)));
            expected.updates().forEach((path, value) -> near(path, value, session.parameters().get(path)));
            return null;
        });
    }

    /** 100 MB of data are read where they are: no copies, and nothing of them in class files. */
    @Test
    void dataIsNotCode() {
        int count = 25 << 20;
        Tensor data = Tensor.of(new float[count], count);
        Arrays.fill((float[]) data.array(), 0.5f);
        GraphBuilder g = Graph.builder("data");
        Expr x = g.input("x", DType.FLOAT32, Shape.of());
        g.function("f").returns("y", g.constant(data).times(x.broadcastTo(Shape.of(count))).sum());
        Compilation compilation = Compilation.of(g.build());
        for (Compilation.Compiled function : compilation.functions()) {
            assertTrue(Size.bytes(function.scalar()) + Size.bytes(function.vector(512)) < 20_000);
        }
        List<Tensor> held = compilation.functions().getFirst().plan().buffers().stream()
                .filter(Program.Buffer.Constant.class::isInstance)
                .map(buffer -> ((Program.Buffer.Constant) buffer).data()).toList();
        assertEquals(1, held.size());
        assertSame(literal(compilation.source()).array(), held.getFirst().array());
        CompiledGraph compiled = CompiledGraph.of(Compiler.program(compilation, new CompileCache()));
        assertEquals(0.5f * 3 * count, compiled.newSession(1).call("f").input("x", Tensor.scalar(3f)).run()
                .scalar("y"));
        String text = GraphText.canonical(compilation.specialised());
        assertEquals(literal(compilation.source()).size(), literal(GraphText.parse(text)).size());
    }

    private static Tensor literal(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof Op.Constant)
                .map(node -> ((Op.Constant) node.op()).value().tensor()).filter(tensor -> tensor.rank() > 0)
                .findFirst().orElseThrow();
    }

    /** So many results fit in one method, however many there are: what is left over grows faster than the graph. */
    private static final int MOST_IN_A_METHOD = 100;

    /** Twice the nodes are twice the code, kernels and buffers: nothing is paid for by pair. */
    @ParameterizedTest
    @EnumSource
    void codeGrowsAsTheGraphDoes(LargeGraphs form) {
        Size small = Size.of(form.graph(2_000));
        Size large = Size.of(form.graph(8_000));
        double growth = large.nodes() / (double) small.nodes();
        assertEquals(4, growth, 0.2);
        for (int i = 0; i < small.counts().size(); i++) {
            long atMost = (long) (growth * 1.1 * small.counts().get(i)) + MOST_IN_A_METHOD;
            assertTrue(large.counts().get(i) <= atMost, () -> small + " became " + large);
        }
    }

    /** Of a compiled function: its kernels, launches, slots, arrays and bytes. */
    private record Size(int nodes, List<Integer> counts) {
        static Size of(Graph graph) {
            Compilation compilation = Compilation.of(graph);
            Compilation.Compiled f = compilation.functions().getFirst();
            Plan plan = f.plan();
            return new Size(compilation.specialised().nodes().size(),
                    List.of(plan.steps().size(), plan.launches(), plan.slots().size(), plan.storages().size(),
                            f.listing().text().length(), bytes(f.scalar()), bytes(f.vector(512))));
        }

        /** Of all classes together, in none of which a method reaches the limit. */
        private static int bytes(List<Emitter.ClassFile> files) {
            for (Emitter.ClassFile file : files) {
                assertTrue(ClassFiles.largestMethod(file) < Emitter.METHOD_LIMIT, file.name());
            }
            return files.stream().mapToInt(file -> file.bytes().length).sum();
        }
    }

    private static void onSmallStack(Callable<@Nullable Void> test) throws Exception {
        FutureTask<@Nullable Void> task = new FutureTask<>(test);
        Thread thread = new Thread(null, task, "small stack", STACK);
        thread.start();
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    private static void near(String what, RefTensor expected, Tensor actual) {
        double[] numbers = actual.toDoubles();
        double[] exact = expected.toTensor().toDoubles();
        double tolerance = actual.dtype() == DType.FLOAT64 ? 1e-9 : 1e-3;
        for (int i = 0; i < numbers.length; i++) {
            assertEquals(exact[i], numbers[i], tolerance * Math.max(1, Math.abs(exact[i])), what);
        }
    }
}
