package dev.covector.explain;

import static dev.covector.runtime.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.Compiler;
import dev.covector.compiler.Explanation;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.ir.Node;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.BatchNorm;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Training;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which block ops belong to. */
final class BlocksTest {
    /** A path, and the words of the ops in it. */
    private static Map<String, TreeSet<String>> words(Graph graph, Map<Node, String> paths) {
        Map<String, TreeSet<String>> words = new TreeMap<>();
        graph.nodes().forEach(node -> words
                .computeIfAbsent(paths.getOrDefault(node, ""), key -> new TreeSet<>()).add(node.op().word()));
        return words;
    }

    @Test
    void opsAreWithTheParametersThatTheyRead() {
        Graph graph = Graphs.mlp();
        Map<String, TreeSet<String>> words = words(graph, Blocks.of(graph));
        assertEquals("[add, broadcast, dot, parameter, relu]", String.valueOf(words.get("hidden")));
        assertEquals("[add, broadcast, dot, parameter]", String.valueOf(words.get("output")));
        assertTrue(String.valueOf(words.get("initial/hidden")).contains("random_bits"), words::toString);
        assertEquals("[broadcast, constant, mul, sub]", String.valueOf(words.get("update/hidden")));
        assertTrue(String.valueOf(words.get("")).contains("reduce_max"), words::toString);
    }

    @Test
    void whatDifferentiationMakesIsGradient() {
        Explanation explanation = Compiler.explain(Graphs.mlp());
        Map<String, TreeSet<String>> words =
                words(explanation.stages().get(2).graph(), Blocks.of(explanation).get(2));
        assertTrue(String.valueOf(words.get("gradient/hidden")).contains("dot"), words::toString);
        assertTrue(String.valueOf(words.get("gradient/output")).contains("dot"), words::toString);
        assertEquals("[add, broadcast, dot, parameter, relu]", String.valueOf(words.get("hidden")));
    }

    /** So that closed blocks have no circles between them. */
    @Test
    void noPhaseReadsALaterOne() {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("blocks");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, 8));
        Training training = new Training();
        Expr first = Linear.of(g, "a.first", 8, 8).invoke(x).relu();
        Expr normal = BatchNorm.of(g, "a.norm", 8).invoke(first, training);
        Expr sum = Linear.of(g, "b", 8, 8).invoke(normal).plus(x);
        Expr loss = sum.square().mean();
        g.function("train").returns("loss", loss).updates(Adam.of(0.01).minimize(loss))
                .updates(training.updates());
        Explanation explanation = Compiler.explain(g.build());
        List<Map<Node, String>> paths = Blocks.of(explanation);
        for (int i = 0; i < paths.size(); i++) {
            Map<Node, String> of = paths.get(i);
            assertTrue(of.containsValue("a/first") && of.containsValue("update/a/norm"), of::toString);
            for (Node node : explanation.stages().get(i).graph().nodes()) {
                for (Node input : node.inputs()) {
                    assertTrue(phase(of.getOrDefault(input, "")) <= phase(of.getOrDefault(node, "")),
                            () -> input + " in " + of.get(input) + " is read by " + node + " in "
                                    + of.get(node));
                }
            }
        }
    }

    private static int phase(String path) {
        return List.of("gradient", "update", "initial").indexOf(path.split("/")[0]);
    }
}
