package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.RandomGraphs;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.Dim;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is told of a compilation, as text, and that it is all there for any graph. */
final class ExplanationTest {
    @Test
    void ofATrainingStep() throws IOException {
        Golden.check("mlp.explanation.txt", print(Compiler.explain(Networks.mlp(784, 256, 10))));
    }

    /** Each stage: what a pass keeps, gives other operands, adds and removes. */
    @Test
    void aPassIsToldByWhatItChanges() {
        Graph graph = GraphText.parse("""
                graph g
                  %0 = input x : f32[4]
                  %1 = constant 1.0 : f32[]
                  %2 = broadcast %1 axes=[] : f32[4]
                  %3 = mul %0 %2 : f32[4]
                  %4 = exp %3 : f32[4] as e at G.java:3
                  %5 = tanh %4 : f32[4] at G.java:4
                  function f(%0) -> y=%5
                """);
        Explanation.Stage simplified = Compiler.explain(graph).stages().get(1);
        assertEquals("""
                SAME x
                CHANGED e
                SAME tanh
                removed constant
                removed broadcast
                removed mul
                """, changes(simplified));
    }

    @Test
    void everyOpOfAFunctionIsInAKernelOrInMemory() {
        for (long seed = 1; seed <= 15; seed++) {
            Explanation explanation = Compiler.explain(RandomGraphs.make(seed));
            for (Explanation.Function function : explanation.functions()) {
                Set<Node> known = new HashSet<>();
                function.kernels().forEach(kernel -> {
                    known.addAll(kernel.ops());
                    known.addAll(kernel.inlined());
                });
                function.buffers().forEach(buffer -> known.add(buffer.node()));
                for (Node node : function.function().nodes()) {
                    String of = "seed " + seed + ", " + function.name() + ", " + Explanation.label(node);
                    // A reshape is its operand under another shape; a constant that only an index uses is nowhere.
                    assertTrue(known.contains(node) || node.op() instanceof Op.Reshape
                            || node.op() instanceof Op.Constant, of);
                }
                assertKernelsAreWhole(function, "seed " + seed + ", " + function.name());
            }
        }
    }

    private static void assertKernelsAreWhole(Explanation.Function function, String of) {
        for (Explanation.Kernel kernel : function.kernels()) {
            assertTrue(kernel.code().loops().contains(kernel.name()), of);
            assertTrue(kernel.launch() >= 0 && kernel.launch() < function.launches(), of);
            boolean straight = function.execution() == Explanation.Execution.STRAIGHT_LINE;
            assertEquals(straight, kernel.code().scalar().isEmpty(), of);
            assertEquals(straight, function.whole().isPresent(), of);
            for (int slot : kernel.writes()) {
                Explanation.Buffer buffer = function.buffers().get(slot);
                assertTrue(buffer.first() <= kernel.launch() && kernel.launch() <= buffer.last(), of);
            }
        }
        function.whole().map(Explanation.Code::scalar).ifPresent(code -> assertTrue(!code.isEmpty(), of));
    }

    private static String changes(Explanation.Stage stage) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < stage.changes().size(); i++) {
            Explanation.Change change = stage.changes().get(i);
            text.append(change.kind()).append(' ').append(name(stage.graph().nodes().get(i))).append('\n');
        }
        stage.removed().forEach(node -> text.append("removed ").append(name(node)).append('\n'));
        return text.toString();
    }

    private static String name(Node node) {
        return Optional.ofNullable(node.name()).orElse(node.op().word());
    }

    /** All but the nodes, which their own texts print, and code. */
    private static String print(Explanation explanation) {
        StringBuilder text = new StringBuilder();
        for (Explanation.Stage stage : explanation.stages()) {
            Map<Explanation.Change.Kind, Integer> count = new EnumMap<>(Explanation.Change.Kind.class);
            for (Explanation.Change.Kind kind : Explanation.Change.Kind.values()) {
                count.put(kind, 0);
            }
            stage.changes().forEach(change -> count.merge(change.kind(), 1, Integer::sum));
            text.append(String.format(Locale.ROOT, "%-16s", stage.name())).append(' ').append(count)
                    .append(" removed ").append(stage.removed().size()).append('\n');
        }
        explanation.functions().forEach(function -> print(function, text));
        return text.toString();
    }

    private static void print(Explanation.Function function, StringBuilder text) {
        text.append("\nfunction ").append(function.name()).append(": ").append(function.execution())
                .append('\n');
        for (Explanation.Kernel kernel : function.kernels()) {
            text.append("launch ").append(kernel.launch()).append(' ').append(kernel.name()).append(' ')
                    .append(kernel.kind()).append(": ").append(kernel.flops()).append(" flops, ")
                    .append(kernel.bytes()).append(" bytes\n");
            text.append("  computes ").append(labels(kernel.ops())).append("; inline ")
                    .append(labels(kernel.inlined())).append('\n');
            kernel.decisions().forEach(decision -> text.append("  ").append(decision).append('\n'));
        }
        for (Explanation.Buffer buffer : function.buffers()) {
            text.append("buffer ").append(Explanation.label(buffer.node())).append(": ")
                    .append(buffer.place()).append(' ').append(buffer.index()).append(", ")
                    .append(buffer.bytes()).append(" bytes, launches ").append(buffer.first()).append("..")
                    .append(buffer.last()).append('\n');
        }
        for (Explanation.Array array : function.arrays()) {
            List<String> sizes = new ArrayList<>();
            array.bytes().stream().map(Dim::toString).forEach(sizes::add);
            text.append("array of ").append(array.dtype()).append(": ")
                    .append(String.join(" or ", sizes)).append(" bytes\n");
        }
        function.commits().forEach(commit -> text.append(commit).append('\n'));
    }

    private static String labels(List<Node> nodes) {
        return String.join(", ", nodes.stream().map(Explanation::label).toList());
    }
}
