package dev.covector.cli;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.Patch;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.text.GraphText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How two graphs differ, as lines of their text. First the nodes of the second graph are told which node of the first they
 * correspond to, and get its number; then lines are equal where nothing but the position has changed, and what is left is
 * the difference. Three steps find what corresponds, each among the nodes that are left:
 *
 * <ol>
 * <li>nodes that compute the same;
 * <li>from results, updates and initial values of the same names down: nodes with the same word, such as two constants, and
 * their operands by position;
 * <li>from operands up: nodes of operands that correspond, with the same word if there is one.
 * </ol>
 */
final class GraphDiff {
    /** A value without regard to which graph it is of: an op of values. */
    private record Value(Op op, List<Integer> operands) {}

    /** An op by its word, of nodes of the first graph. */
    private record Use(String word, List<Node> operands) {}

    private final Graph first;
    private final Graph second;
    private final Map<Node, Node> firstOf = new LinkedHashMap<>();
    private final Map<Node, Node> secondOf = new HashMap<>();
    private final List<String> before;
    private final List<String> after;
    private final Patch<String> patch;

    private GraphDiff(Graph first, Graph second) {
        this.first = first;
        this.second = second;
        matchEqual();
        matchDown();
        matchUp();
        Map<Node, Integer> numbers = new HashMap<>();
        first.nodes().forEach(node -> numbers.put(node, numbers.size()));
        before = GraphText.statements(first, node -> "%" + numbers.get(node));
        after = inOrderOfFirst(numbers);
        patch = DiffUtils.diff(before, after);
    }

    static GraphDiff of(Graph first, Graph second) {
        return new GraphDiff(first, second);
    }

    /** The second graph with the first one's numbers and in its order, and what only the second has behind its operands. */
    private List<String> inOrderOfFirst(Map<Node, Integer> numbers) {
        List<Node> nodes = second.nodes();
        Map<Node, String> names = new HashMap<>();
        Map<Node, Integer> places = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            Integer number = numbers.get(firstOf.get(node));
            names.put(node, number == null ? "%" + i + "'" : "%" + number);
            places.put(node, number != null ? number
                    : node.inputs().stream().mapToInt(input -> places.getOrDefault(input, 0)).max()
                            .orElse(0));
        }
        List<String> lines =
                GraphText.statements(second, node -> Objects.requireNonNull(names.get(node)));
        List<Integer> order = IntStream.range(0, nodes.size()).boxed()
                .sorted(Comparator.comparingInt(i -> places.getOrDefault(nodes.get(i), 0))).toList();
        List<String> sorted = new ArrayList<>();
        order.forEach(i -> sorted.add(lines.get(i)));
        sorted.addAll(lines.subList(nodes.size(), lines.size()));
        return sorted;
    }

    boolean isEmpty() {
        return patch.getDeltas().isEmpty();
    }

    /** As {@code diff -u} prints, and a line that counts. */
    String text(String firstName, String secondName, int context) {
        StringBuilder text = new StringBuilder();
        UnifiedDiffUtils.generateUnifiedDiff(firstName, secondName, before, patch, context)
                .forEach(line -> text.append(line).append('\n'));
        int removed = 0;
        int added = 0;
        for (AbstractDelta<String> delta : patch.getDeltas()) {
            removed += delta.getSource().size();
            added += delta.getTarget().size();
        }
        return text.append(before.size()).append(" lines before, ").append(after.size()).append(" after: ")
                .append(removed).append(" removed, ").append(added).append(" added\n").toString();
    }

    private void match(Node one, Node other) {
        firstOf.put(other, one);
        secondOf.put(one, other);
    }

    private void matchEqual() {
        Map<Value, Integer> values = new HashMap<>();
        Map<Integer, Deque<Node>> open = new HashMap<>();
        Map<Node, Integer> numbers = new HashMap<>();
        for (Node node : first.nodes()) {
            open.computeIfAbsent(number(node, values, numbers), key -> new ArrayDeque<>()).add(node);
        }
        for (Node node : second.nodes()) {
            Deque<Node> same = open.get(number(node, values, numbers));
            if (same != null && !same.isEmpty()) {
                match(same.remove(), node);
            }
        }
    }

    private static int number(Node node, Map<Value, Integer> values, Map<Node, Integer> numbers) {
        Value value = new Value(node.op(), node.inputs().stream().map(numbers::get).toList());
        int number = values.computeIfAbsent(value, key -> values.size());
        numbers.put(node, number);
        return number;
    }

    private void matchDown() {
        Deque<Node[]> open = new ArrayDeque<>();
        Map<String, Node> roots = roots(first);
        roots(second).forEach((name, node) -> add(roots.get(name), node, open));
        while (!open.isEmpty()) {
            Node[] pair = open.remove();
            // Another way may have led to one of them before.
            if (!secondOf.containsKey(pair[0]) && !firstOf.containsKey(pair[1])) {
                match(pair[0], pair[1]);
                int operands = Math.min(pair[0].inputs().size(), pair[1].inputs().size());
                for (int i = 0; i < operands; i++) {
                    add(pair[0].input(i), pair[1].input(i), open);
                }
            }
        }
    }

    private static void add(@Nullable Node one, Node other, Deque<Node[]> open) {
        if (one != null && one.op().word().equals(other.op().word())) {
            open.add(new Node[]{one, other});
        }
    }

    /** What both graphs may call by the same name. */
    private static Map<String, Node> roots(Graph graph) {
        Map<String, Node> roots = new LinkedHashMap<>();
        for (Graph.Parameter parameter : graph.parameters()) {
            roots.put("parameter " + parameter.name(), parameter.node());
            roots.put("initial " + parameter.name(), parameter.initial());
        }
        for (Graph.Function function : graph.functions()) {
            function.inputs()
                    .forEach(input -> roots.put("input " + function.name() + " " + input.name(), input));
            function.results()
                    .forEach((name, node) -> roots.put("result " + function.name() + " " + name, node));
            function.updates().forEach(update -> roots
                    .put("update " + function.name() + " " + update.parameter().name(), update.value()));
        }
        return roots;
    }

    private void matchUp() {
        Map<Use, Deque<Node>> open = new HashMap<>();
        Map<List<Node>, Deque<Node>> ofAnyWord = new HashMap<>();
        for (Node node : first.nodes()) {
            if (!secondOf.containsKey(node) && !node.inputs().isEmpty()) {
                open.computeIfAbsent(new Use(node.op().word(), node.inputs()), key -> new ArrayDeque<>())
                        .add(node);
                ofAnyWord.computeIfAbsent(node.inputs(), key -> new ArrayDeque<>()).add(node);
            }
        }
        for (Node node : second.nodes()) {
            if (!firstOf.containsKey(node)) {
                List<Node> operands = new ArrayList<>();
                for (Node input : node.inputs()) {
                    operands.add(firstOf.getOrDefault(input, input));
                }
                Node same = free(open.get(new Use(node.op().word(), operands)));
                same = same == null ? free(ofAnyWord.get(operands)) : same;
                if (same != null) {
                    match(same, node);
                }
            }
        }
    }

    private @Nullable Node free(@Nullable Deque<Node> nodes) {
        while (nodes != null && !nodes.isEmpty()) {
            Node node = nodes.remove();
            if (!secondOf.containsKey(node)) {
                return node;
            }
        }
        return null;
    }
}
