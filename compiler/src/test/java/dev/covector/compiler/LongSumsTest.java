package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.reference.Oracle;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Type;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Contractions of few tiles and long sums: threads have something to share out once an axis of the sums is one of batches.
 */
final class LongSumsTest {
    private final NodeFactory nodes = NodeFactory.plain();

    /** The axes that are summed over are called s and t; those of batches b; the result's shape has their sum's index first. */
    @ParameterizedTest(name = "{0} · {1}")
    @CsvSource(delimiter = '|', value = {
        "s20 t400 6    | s20 t400 20    | [20,6,20] summed",
        "s20 6 t400    | t400 20 s20    | [20,6,20] summed",
        "6 s20 t400    | 20 s20 t400    | [20,6,20] summed",
        "sn t400 6     | sn t400 20     | [n,6,20] summed", // a named extent counts as 16
        "b2 s20 t400 6 | b2 s20 t400 20 | [20,2,6,20] summed",
        "t400 s20 6    | t400 s20 20    | [6,20]", // 20 steps would be left to each piece
        "s8 t400 6     | s8 t400 20     | [6,20]",
        "s20 t400 60   | s20 t400 70    | [60,70]",
        "b9 s20 t400 6 | b9 s20 t400 80 | [9,6,80]",
        "s8000 6       | s8000 20       | [6,20]",
        "s1 t8000 6    | s1 t8000 20    | [6,20]",
    })
    void areCutWhereThereAreManyStepsAndFewProducts(String left, String right, String expected) {
        Node a = input("a", left);
        Node b = input("b", right);
        Op.Dot dot = new Op.Dot(axes(left, "b"), axes(right, "b"),
                Stream.of("s", "t").flatMap(name -> axes(left, name).stream()).toList(),
                Stream.of("s", "t").flatMap(name -> axes(right, name).stream()).toList());
        Node y = nodes.make(dot, List.of(a, b), null, null);
        Graph graph = Graph.of("g", List.of(),
                List.of(new Graph.Function("f", List.of(a, b), Map.of("y", y), List.of())));
        Graph specialised = Specialise.specialise(graph);
        assertEquals(expected, specialised.nodes().stream().filter(node -> node.op() instanceof Op.Dot)
                .map(node -> node.type().shape().dims().stream().map(Dim::toString)
                        .collect(Collectors.joining(",", "[", "]")))
                .collect(Collectors.joining())
                + (specialised.nodes().stream().anyMatch(node -> node.op() instanceof Op.Reduce) ? " summed"
                        : ""));
        Oracle.check(g -> g, new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared()),
                graph, Map.of("n", 3), 1);
    }

    private Node input(String name, String axes) {
        List<Dim> dims = new ArrayList<>();
        for (String axis : axes.split(" ")) {
            String extent = axis.substring(Character.isDigit(axis.charAt(0)) ? 0 : 1);
            dims.add(extent.equals("n") ? Dim.of("n") : Dim.of(Integer.parseInt(extent)));
        }
        return nodes.make(new Op.Input(name, new Type(DType.FLOAT32, Shape.of(dims))), List.of(), null, null);
    }

    /** The places of the axes of this name. */
    private static List<Integer> axes(String axes, String name) {
        List<String> list = List.of(axes.split(" "));
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).startsWith(name)) {
                places.add(i);
            }
        }
        return places;
    }
}
