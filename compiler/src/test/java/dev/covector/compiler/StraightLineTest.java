package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.loop.LoopPrinter;
import dev.covector.compiler.reference.Interpreter;
import dev.covector.compiler.reference.RandomGraphs;
import dev.covector.graph.Graph;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tiny functions in one nest without loops, small ones in one that runs their nests. */
final class StraightLineTest {
    /** Random graphs, of which some have functions so tiny. */
    private static final int GRAPHS = 60;

    private static Plan plan(String graph) {
        return Compilation.of(GraphText.parse(graph)).functions().getFirst().plan();
    }

    private static String straight(String graph) {
        Plan plan = plan(graph);
        assertNotNull(plan.straight());
        return LoopPrinter.print(plan.methods(), List.of()).text();
    }

    /** What one kernel stores and the other loads is a variable; x is loaded once. */
    @Test
    void kernelsHandValuesToEachOther() {
        assertEquals("""
                straight(from, to):
                    for once in from..to:
                        v0 = x[0]
                        v1 = 0.0 + v0
                        v2 = x[1]
                        v3 = v1 + v2
                        v4 = v0 + v3
                        v5 = v2 + v3
                        v6 = max(v4, v5)
                        v7 = v4 * v6
                        v8 = v5 * v6
                        mul_6[0] = v7
                        mul_6[1] = v8
                """, straight("""
                graph g
                  %0 = input x : f32[2]
                  %1 = reduce_sum %0 axes=[0] : f32[]
                  %2 = broadcast %1 axes=[] : f32[2]
                  %3 = add %0 %2 : f32[2]
                  %4 = reduce_max %3 axes=[0] : f32[]
                  %5 = broadcast %4 axes=[] : f32[2]
                  %6 = mul %3 %5 : f32[2]
                  function f(%0) -> y=%6
                """));
    }

    /** The loads of w come before the store, though all elements of it are read by each. */
    @Test
    void oldValuesAreLoadedBeforeNewOnesAreStored() {
        String text = straight("""
                graph g
                  %0 = parameter w : f32[2]
                  %1 = reduce_sum %0 axes=[0] : f32[]
                  %2 = broadcast %1 axes=[] : f32[2]
                  %3 = sub %0 %2 : f32[2]
                  %4 = constant 0.5 : f32[]
                  %5 = broadcast %4 axes=[] : f32[2]
                  parameter %0 initial=%5 trainable
                  function f() -> y=%1 update %0=%3
                """);
        assertTrue(text.lastIndexOf("= w[") < text.indexOf("] = v"), text);
    }

    @ParameterizedTest
    @CsvSource({"'[2,3]', true, false", "'[30,3]', false, true", "'[n,3]', false, false",
        "'[400,500]', false, false"})
    void theSizeDecides(String shape, boolean straight, boolean whole) {
        Plan plan = plan("""
                graph g
                  %0 = input x : f32SHAPE
                  %1 = exp %0 : f32SHAPE
                  %2 = cumsum %1 axis=0 : f32SHAPE
                  function f(%0) -> y=%2
                """.replace("SHAPE", shape));
        assertEquals(straight, plan.straight() != null);
        assertEquals(whole, !plan.whole().isEmpty());
        assertEquals(straight || whole ? 1 : 2, plan.toLaunches().size());
    }

    /** Indices that are computed need arrays. */
    @Test
    void whatIsGatheredStaysInLoops() {
        Plan plan = plan("""
                graph g
                  %0 = input x : f32[4]
                  %1 = input i : i32[2]
                  %2 = gather %0 %1 axis=0 : f32[2]
                  function f(%0, %1) -> y=%2
                """);
        assertNull(plan.straight());
    }

    /** Random graphs without loops, and the same with their loops: the same bits. */
    @Test
    void givesTheBitsOfTheLoops() {
        int compared = 0;
        CompiledExecution execution =
                new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared());
        for (long seed = 1; seed <= GRAPHS; seed++) {
            Graph graph = RandomGraphs.make(seed);
            Compilation compilation = Compilation.of(graph);
            CompiledGraph straight = CompiledGraph.of(Compiler.program(compilation, new CompileCache()));
            CompiledGraph loops =
                    CompiledGraph.of(Compiler.program(withLoops(compilation), new CompileCache()));
            for (int f = 0; f < graph.functions().size(); f++) {
                if (compilation.functions().get(f).plan().straight() != null) {
                    Graph.Function function = graph.functions().get(f);
                    assertEquals(run(loops, graph, function, seed, execution),
                            run(straight, graph, function, seed, execution), "seed " + seed);
                    compared++;
                }
            }
        }
        assertTrue(compared >= 5, "only " + compared);
    }

    private static Map<String, Object> run(CompiledGraph compiled, Graph graph, Graph.Function function,
            long seed, CompiledExecution execution) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        Interpreter.initialValues(graph, seed)
                .forEach((path, value) -> parameters.put(path, value.toTensor()));
        Map<String, Tensor> inputs = RandomGraphs.inputs(graph, function.name(), seed,
                RandomGraphs.binding(graph, seed));
        Map<String, Object> bits = new LinkedHashMap<>();
        execution.run(compiled, graph, function.name(), inputs, parameters, seed, 2)
                .forEach((name, tensor) -> bits
                        .put(name, Arrays.stream(tensor.toDoubles()).mapToLong(Double::doubleToRawLongBits)
                                .boxed().toList()));
        return bits;
    }

    private static Compilation withLoops(Compilation c) {
        List<Compilation.Compiled> functions = new ArrayList<>();
        for (Compilation.Compiled of : c.functions()) {
            Plan p = of.plan();
            Plan plan = new Plan(p.function(), p.steps(), p.launches(), p.nests(), p.slots(), p.buffers(),
                    p.storages(), p.dims(), p.commits(), p.reals(), p.integers(), p.checks(), null, false);
            functions.add(new Compilation.Compiled(of.name(), of.className(), plan, of.requirements(),
                    plan.methods(),
                    LoopPrinter.print(plan.methods(), PlanText.headers(plan))));
        }
        return new Compilation(c.source(), c.simplified(), c.differentiated(), c.simplifiedAgain(),
                c.specialised(), functions);
    }
}
