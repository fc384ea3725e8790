package dev.covector.compiler.reference;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Type;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** Makes a failing call smaller for as long as it fails: one output, fewer ops, smaller extents, plainer data. */
@NullUnmarked // its maps hold what they are asked for
final class Shrinker {
    private static final int MOST_ATTEMPTS = 2000;

    private final UnaryOperator<Graph> differentiate;
    private final Predicate<Call> fails;
    private Call best;
    private int attempts;

    private Shrinker(Call call, UnaryOperator<Graph> differentiate, Predicate<Call> fails) {
        this.best = call;
        this.differentiate = differentiate;
        this.fails = fails;
    }

    /** The smallest call found for which {@code fails} still holds. */
    static Call shrink(Call call, UnaryOperator<Graph> differentiate, Predicate<Call> fails) {
        Shrinker shrinker = new Shrinker(call, differentiate, fails);
        shrinker.oneOutput();
        boolean smaller = true;
        while (smaller && shrinker.attempts < MOST_ATTEMPTS) {
            smaller = shrinker.fewerOps();
            smaller |= shrinker.smallerExtents();
        }
        shrinker.plainerData();
        return shrinker.best;
    }

    /** Takes the candidate if it still fails; one that is not well-formed counts as not failing. */
    private boolean attempt(Supplier<@Nullable Call> candidate) {
        if (attempts++ >= MOST_ATTEMPTS) {
            return false;
        }
        try {
            Call call = candidate.get();
            if (call != null && fails.test(call)) {
                best = call;
                return true;
            }
        } catch (RuntimeException e) {
            return false; // cut off what the rest needs, such as the input that binds a dimension
        }
        return false;
    }

    private Graph.Function function() {
        return best.graph().function(best.function());
    }

    private void oneOutput() {
        Graph.Function all = function();
        for (String name : all.results().keySet()) {
            if (attempt(() -> with(
                    new Graph.Function(all.name(), Map.of(name, all.results().get(name)), List.of()),
                    Map.of(), Map.of()))) {
                return;
            }
        }
        for (Graph.Update update : all.updates()) {
            if (attempt(() -> with(new Graph.Function(all.name(), Map.of("r", update.value()), List.of()),
                    Map.of(), Map.of()))) {
                return;
            }
        }
        attempt(() -> with(all, Map.of(), Map.of()));
    }

    /** Replaces a node by one of its operands, or by an input with the data that it has here; from the end on. */
    private boolean fewerOps() {
        boolean any = false;
        int below = Integer.MAX_VALUE;
        while (true) {
            int limit = below;
            Node node = function().nodes().stream().filter(n -> n.id() < limit && !n.inputs().isEmpty())
                    .reduce((a, b) -> b).orElse(null);
            if (node == null || attempts >= MOST_ATTEMPTS) {
                return any;
            }
            below = node.id();
            boolean replaced = false;
            for (Node operand : node.inputs()) {
                if (!replaced && operand.type().equals(node.type())) {
                    replaced = attempt(() -> with(function(), Map.of(node, operand), Map.of()));
                }
            }
            if (!replaced) {
                replaced = attempt(() -> with(function(), Map.of(),
                        Map.of(node, valueOf(node))));
            }
            if (replaced) {
                any = true;
                below = Integer.MAX_VALUE;
            }
        }
    }

    private Tensor valueOf(Node node) {
        Graph.Function alone = new Graph.Function("alone", Map.of("value", node), List.of());
        Graph graph = differentiate.apply(Graph.of("alone", best.graph().parameters(), List.of(alone)));
        return Interpreter.run(graph, "alone", best.inputs(), best.parameters(), best.seed(), best.step())
                .result("value").toTensor();
    }

    /** The graph of one function only, some nodes replaced by others before them, or by inputs with this data. */
    private Call with(Graph.Function function, Map<Node, Node> operands, Map<Node, Tensor> data) {
        NodeFactory nodes = NodeFactory.plain();
        Map<Node, Node> image = new HashMap<>();
        Map<String, Tensor> inputs = new LinkedHashMap<>(best.inputs());
        for (Node node : best.graph().nodes()) {
            if (operands.containsKey(node)) {
                image.put(node, image.get(operands.get(node)));
            } else if (data.containsKey(node)) {
                String name = "v" + inputs.size();
                inputs.put(name, data.get(node));
                image.put(node, nodes.make(new Op.Input(name, node.type()), List.of(), node.line(), name));
            } else {
                image.put(node,
                        nodes.make(node.op(), node.inputs().stream().map(image::get).toList(), node.line(),
                                node.name()));
            }
        }
        Map<String, Node> results = new LinkedHashMap<>();
        function.results().forEach((name, node) -> results.put(name, image.get(node)));
        Graph.Function mapped = new Graph.Function(function.name(), results, function.updates().stream()
                .map(u -> new Graph.Update(image.get(u.parameter()), image.get(u.value()))).toList());
        List<Node> needed = new ArrayList<>(mapped.nodes());
        mapped.updates().forEach(update -> needed.add(update.parameter()));
        List<Graph.Parameter> parameters = best.graph().parameters().stream()
                .filter(p -> needed.contains(image.get(p.node())))
                .map(p -> new Graph.Parameter(image.get(p.node()), zero(nodes, p.node().type()),
                        p.trainable()))
                .toList();
        Graph graph = Graph.of(best.graph().name(), parameters, List.of(mapped));
        inputs.keySet().retainAll(graph.function(function.name()).inputs().stream()
                .map(node -> ((Op.Input) node.op()).name()).toList());
        Map<String, Tensor> values = new LinkedHashMap<>(best.parameters());
        values.keySet().retainAll(parameters.stream().map(Graph.Parameter::name).toList());
        return new Call(graph, function.name(), inputs, values, best.seed(), best.step());
    }

    /** The call brings the values of parameters: how they start does not matter to it. */
    private static Node zero(NodeFactory nodes, Type type) {
        Node scalar = nodes.make(new Op.Constant(Literal.of(type.dtype(), 0.0)), List.of(), null, null);
        return type.shape().rank() == 0 ? scalar
                : nodes.make(new Op.Broadcast(type.shape(), List.of()), List.of(scalar), null, null);
    }

    private boolean smallerExtents() {
        boolean any = false;
        TreeSet<String> names = new TreeSet<>();
        function().inputs().forEach(input -> names.addAll(input.type().shape().names()));
        for (String name : names) {
            for (int extent : new int[]{0, 1, 2, 3, 5, 17}) {
                int to = extent;
                if (attempt(() -> cut(name, to))) {
                    any = true;
                    break;
                }
            }
        }
        return any;
    }

    /** Only the first {@code extent} elements along each axis called {@code name}; null where nothing gets smaller. */
    private @Nullable Call cut(String name, int extent) {
        Map<String, Tensor> inputs = new LinkedHashMap<>(best.inputs());
        boolean smaller = false;
        for (Node node : function().inputs()) {
            String input = ((Op.Input) node.op()).name();
            RefTensor data = RefTensor.of(inputs.get(input));
            int[] shape = data.shape();
            List<Dim> dims = node.type().shape().dims();
            for (int axis = 0; axis < shape.length; axis++) {
                if (dims.get(axis).equals(Dim.of(name)) && shape[axis] > extent) {
                    shape[axis] = extent;
                    smaller = true;
                }
            }
            inputs.put(input, data.pick(shape, Offsets.of(shape, Offsets.strides(data.shape()))).toTensor());
        }
        return smaller ? best.withInputs(inputs) : null;
    }

    private void plainerData() {
        for (String input : List.copyOf(best.inputs().keySet())) {
            for (int value : new int[]{0, 1}) {
                Tensor old = best.inputs().get(input);
                Map<String, Tensor> inputs = new LinkedHashMap<>(best.inputs());
                RefTensor one = RefTensor.of(Tensor.of(new int[]{value}));
                Evaluator evaluator = new Evaluator(Precision.EXACT, name -> 0, 0, 0);
                RefTensor filled = evaluator.evaluate(new Op.Cast(old.dtype()), old.dtype(), new int[0],
                        List.of(one)).pick(old.shape(), new int[old.size()]);
                inputs.put(input, filled.toTensor());
                if (attempt(() -> best.withInputs(inputs))) {
                    break;
                }
            }
        }
    }
}
