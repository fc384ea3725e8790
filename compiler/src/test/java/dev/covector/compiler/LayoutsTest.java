package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.reference.Oracle;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.ArgKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.Type;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Workers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where the batch of convolutions with few channels is, and that what follows computes the same there. */
final class LayoutsTest {
    private static final Dim BATCH = Dim.of("n");
    private final NodeFactory nodes = NodeFactory.plain();
    private final Node x = input("x", Dim.of(1), BATCH, Dim.of(9), Dim.of(8), Dim.of(2));
    private final Node kernel = input("k", Dim.of(1), Dim.of(3), Dim.of(2), Dim.of(2), Dim.of(4));
    private final Node convolved = conv(x, kernel);

    private Node make(Op op, Node... inputs) {
        return nodes.make(op, List.of(inputs), null, null);
    }

    private Node input(String name, Dim... dims) {
        return make(new Op.Input(name, new Type(DType.FLOAT32, Shape.of(List.of(dims)))));
    }

    private Node conv(Node data, Node by) {
        List<Integer> ones = List.of(1, 1);
        List<Dim> zeros = List.of(Dim.of(0), Dim.of(0));
        return make(new Op.Conv(ones, zeros, zeros, ones, ones), data, by);
    }

    private Node transposed(Node y, Integer... permutation) {
        return make(new Op.Transpose(List.of(permutation)), y);
    }

    private static Graph graph(List<Node> inputs, Node y) {
        return Graph.of("g", List.of(),
                List.of(new Graph.Function("f", inputs, Map.of("y", y), List.of())));
    }

    private static void check(List<Node> inputs, Node y) {
        for (int batch : new int[]{0, 1, 3, 40}) {
            Oracle.check(graph -> graph,
                    new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared()),
                    graph(inputs, y), Map.of("n", batch), batch);
        }
    }

    @Test
    void theBatchStaysInnermostFromOneConvolutionToTheNext() {
        Node images = input("images", Dim.of(1), BATCH, Dim.of(21), Dim.of(20), Dim.of(2));
        Node second = input("k2", Dim.of(1), Dim.of(3), Dim.of(3), Dim.of(4), Dim.of(8));
        Node pooled =
                make(new Op.ReduceWindow(ReduceKind.SUM, List.of(1, 1, 2, 2, 1), List.of(1, 1, 2, 2, 1)),
                        make(new Op.Unary(UnaryKind.SIGMOID), conv(images, kernel)));
        Node y = conv(pooled, second);
        Graph specialised = Specialise.specialise(graph(List.of(images, kernel, second), y));
        List<Op> transposes = specialised.nodes().stream().map(Node::op)
                .filter(op -> op instanceof Op.Transpose).toList();
        assertEquals(
                List.of(new Op.Transpose(List.of(0, 4, 2, 3, 1)), new Op.Transpose(List.of(0, 4, 2, 3, 1))),
                transposes, "one of the images, one of the result");
        check(List.of(images, kernel, second), y);
    }

    /** An index within a window counts the window's elements in the order of the graph's axes. */
    @Test
    void indicesWithinWindowsDoNotDependOnWhereAxesAre() {
        Node turned = transposed(convolved, 0, 1, 3, 2, 4);
        check(List.of(x, kernel), make(
                new Op.ArgWindow(ArgKind.ARGMAX, List.of(1, 1, 2, 3, 1), List.of(1, 1, 1, 1, 1)), turned));
    }

    @Test
    void movementAndReductionsFollow() {
        Node turned = transposed(convolved, 0, 1, 3, 2, 4);
        Node reversed = make(new Op.Reverse(List.of(2, 4)), turned);
        Node summed = make(new Op.Reduce(ReduceKind.SUM, List.of(0, 3)), reversed);
        Node spread =
                make(new Op.Broadcast(Shape.of(BATCH, Dim.of(7), Dim.of(3), Dim.of(4)), List.of(0, 1, 3)),
                        summed);
        check(List.of(x, kernel), make(new Op.Reshape(Shape.of(BATCH, Dim.of(21), Dim.of(4))), spread));
        check(List.of(x, kernel), make(new Op.Reshape(Shape.of(BATCH, Dim.of(7), Dim.of(12))), spread));
    }
}
