package dev.covector.compiler;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Oracle;
import dev.covector.compiler.reference.RandomGraphs;
import dev.covector.compiler.simplify.Simplify;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.Workers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random graphs computed in two ways. {@code -Dcovector.random.graphs=N} and {@code -Dcovector.random.seed=S} choose
 * how many, and from which seed on.
 */
final class RandomGraphsTest {
    /** The flavours are compared with each other as well, so one of them does the most. */
    private static final int GRAPHS = Integer.getInteger("covector.random.graphs",
            System.getProperty("covector.test.flavour", "vector").equals("vector") ? 1000 : 200);
    private static final long SEED = Long.getLong("covector.random.seed", 1);

    @Test
    void simplifyingChangesNothing() {
        Oracle.check(Differentiate::differentiate,
                Oracle.interpreting(
                        graph -> Simplify.simplify(Differentiate.differentiate(Simplify.stabilise(graph)))),
                SEED, GRAPHS);
    }

    /** In the flavour that the build runs this in. */
    @Test
    void compiledCodeAgreesWithTheInterpreter() {
        Oracle.check(Differentiate::differentiate,
                new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared()), SEED, GRAPHS);
    }

    @Test
    void aSeedAlwaysGivesTheSameGraph() {
        assertEquals(GraphText.annotated(RandomGraphs.make(7)), GraphText.annotated(RandomGraphs.make(7)));
    }

    @Test
    void allPrimitivesOccur() {
        Set<Class<?>> missing = new HashSet<>(Set.of(Op.class.getPermittedSubclasses()));
        missing.removeAll(List.of(Op.PartialSum.class, Op.Windows.class)); // only the compiler makes them
        // have no generated code yet
        missing.removeAll(Set.of(Op.Conv.class, Op.ReduceWindow.class, Op.ArgWindow.class));
        for (long seed = 1; seed <= 300; seed++) {
            RandomGraphs.make(seed).nodes().forEach(node -> missing.remove(node.op().getClass()));
        }
        assertEquals(Set.of(), missing);
    }

    /** A compiler that swaps the operands of differences is caught, and the graph that shows it is small. */
    @Test
    void aMistakeIsFoundAndShrunk() {
        AssertionError error = assertThrows(AssertionError.class, () -> Oracle.check(
                Differentiate::differentiate,
                Oracle.interpreting(graph -> swapped(Differentiate.differentiate(graph))), 4, 20));
        String shrunk = error.toString().substring(error.toString().indexOf("shrunk: "));
        // A derivative may be what subtracts.
        assertTrue(shrunk.contains("sub") || shrunk.contains("gradient"), shrunk);
        assertTrue(shrunk.lines().count() < 16, shrunk);
    }

    private static Graph swapped(Graph graph) {
        NodeFactory nodes = NodeFactory.plain();
        Map<Node, Node> image = new HashMap<>();
        for (Node node : graph.nodes()) {
            List<Node> inputs = new ArrayList<>();
            node.inputs().forEach(input -> inputs.add(requireNonNull(image.get(input))));
            if (node.op().equals(new Op.Binary(BinaryKind.SUB))) {
                Collections.reverse(inputs);
            }
            image.put(node, nodes.make(node.op(), inputs, node.line(), node.name()));
        }
        return graph.mapped(node -> requireNonNull(image.get(node)));
    }
}
