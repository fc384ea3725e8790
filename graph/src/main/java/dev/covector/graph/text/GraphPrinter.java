package dev.covector.graph.text;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints one graph; what a line means is told at {@link GraphText}. */
final class GraphPrinter {
    private final StringBuilder out = new StringBuilder();
    private final boolean annotated;
    private final boolean places;
    private final Function<Node, String> names;
    /** The values of the slots, in their order; stays empty where constants are printed in place. */
    private final List<Literal> literals = new ArrayList<>();

    /** The canonical or the annotated text, with nodes numbered from 0. */
    GraphPrinter(Graph graph, boolean annotated) {
        this(annotated, annotated, numbers(graph));
        out.append(annotated ? "graph " + graph.name() : "graph").append('\n');
        print(graph);
    }

    private GraphPrinter(boolean annotated, boolean places, Function<Node, String> names) {
        this.annotated = annotated;
        this.places = places;
        this.names = names;
    }

    private static Function<Node, String> numbers(Graph graph) {
        Map<Node, String> numbers = new HashMap<>();
        graph.nodes().forEach(node -> numbers.put(node, "%" + numbers.size()));
        return node -> Objects.requireNonNull(numbers.get(node));
    }

    static List<String> statements(Graph graph, Function<Node, String> names) {
        GraphPrinter printer = new GraphPrinter(true, false, names);
        printer.print(graph);
        return printer.out.toString().lines().map(String::strip).toList();
    }

    private void print(Graph graph) {
        graph.nodes().forEach(this::node);
        graph.parameters().forEach(this::parameter);
        graph.functions().forEach(this::function);
    }

    String structure() {
        return out.toString();
    }

    String literalTable() {
        StringBuilder table = new StringBuilder();
        for (int slot = 0; slot < literals.size(); slot++) {
            table.append("  #").append(slot).append(" = ").append(LiteralText.print(literals.get(slot)))
                    .append('\n');
        }
        return table.toString();
    }

    private void node(Node node) {
        out.append("  ").append(ref(node)).append(" = ").append(node.op().word());
        node.inputs().forEach(input -> out.append(' ').append(ref(input)));
        out.append(attributes(node.op())).append(" : ").append(node.type());
        if (annotated) {
            String given = givenName(node);
            if (given != null) {
                out.append("  as ").append(given);
            }
            if (places && node.line() != null) {
                out.append(given == null ? "  at " : " at ").append(node.line());
            }
        }
        out.append('\n');
    }

    /** The name by which the user calls a node, unless its op has it already. */
    private static @Nullable String givenName(Node node) {
        String own = switch (node.op()) {
            case Op.Input input -> input.name();
            case Op.Parameter parameter -> parameter.name();
            default -> null;
        };
        return node.name() == null || node.name().equals(own) ? null : node.name();
    }

    private void parameter(Graph.Parameter parameter) {
        out.append("  parameter ").append(ref(parameter.node())).append(" initial=")
                .append(ref(parameter.initial())).append(parameter.trainable() ? " trainable\n" : "\n");
    }

    private void function(Graph.Function function) {
        out.append("  function ").append(function.name())
                .append(function.inputs().stream().map(this::ref)
                        .collect(Collectors.joining(", ", "(", ")")));
        if (!function.results().isEmpty()) {
            out.append(function.results().entrySet().stream().map(r -> r.getKey() + '=' + ref(r.getValue()))
                    .collect(Collectors.joining(", ", " -> ", "")));
        }
        if (!function.updates().isEmpty()) {
            out.append(function.updates().stream().map(u -> ref(u.parameter()) + '=' + ref(u.value()))
                    .collect(Collectors.joining(", ", " update ", "")));
        }
        out.append('\n');
    }

    private String ref(Node node) {
        return names.apply(node);
    }

    /** What the op's word, operands and type leave open; starts with a space unless empty. */
    private String attributes(Op op) {
        return op instanceof Op.Constant constant ? " " + constant(constant) : attributesInPlace(op);
    }

    /** The same, of constants too. */
    static String attributesInPlace(Op op) {
        return switch (op) {
            case Op.Input input -> " " + input.name();
            case Op.Parameter parameter -> " " + parameter.name();
            case Op.Constant constant -> " " + LiteralText.print(constant.value());
            case Op.Iota iota -> " axis=" + iota.axis();
            case Op.Extent extent -> " " + extent.dim();
            case Op.RandomBits bits -> " stream=" + bits.stream();
            case Op.Broadcast broadcast -> " axes=" + list(broadcast.axes());
            case Op.Transpose transpose -> " permutation=" + list(transpose.permutation());
            case Op.Slice slice -> " " + ranges(slice);
            case Op.Reverse reverse -> " axes=" + list(reverse.axes());
            case Op.Pad pad -> " low=" + list(pad.low()) + " high=" + list(pad.high())
                    + unless(0, "interior", pad.interior());
            case Op.Concat concat -> " axis=" + concat.axis();
            case Op.Windows windows -> " axes=" + list(windows.axes()) + " windows=" + list(windows.windows())
                    + " strides=" + list(windows.strides()) + " dilations=" + list(windows.dilations());
            case Op.Reduce reduce -> " axes=" + list(reduce.axes());
            case Op.Arg arg -> " axis=" + arg.axis();
            case Op.PartialSum partial -> " axis=" + partial.axis() + " block=" + partial.block();
            case Op.CumSum sum -> " axis=" + sum.axis() + (sum.exclusive() ? " exclusive" : "")
                    + (sum.reverse() ? " reverse" : "");
            case Op.ArgSort sort -> " axis=" + sort.axis() + (sort.descending() ? " descending" : "");
            case Op.Dot dot -> (dot.batchA().isEmpty() && dot.batchB().isEmpty() ? ""
                    : " batch=" + list(dot.batchA()) + "x" + list(dot.batchB())) + " contract="
                    + list(dot.contractA()) + "x" + list(dot.contractB());
            case Op.ReduceWindow window ->
                    " window=" + list(window.windows()) + unless(1, "stride", window.strides());
            case Op.ArgWindow window ->
                    " window=" + list(window.windows()) + unless(1, "stride", window.strides());
            case Op.Conv conv -> unless(1, "stride", conv.strides())
                    + unless(Dim.of(0), "low", conv.low()) + unless(Dim.of(0), "high", conv.high())
                    + unless(1, "input_dilation", conv.inputDilation())
                    + unless(1, "kernel_dilation", conv.kernelDilation());
            case Op.Gather gather -> " axis=" + gather.axis();
            case Op.ScatterAdd scatter -> " axis=" + scatter.axis();
            case Op.Unary o -> "";
            case Op.Binary o -> "";
            case Op.Compare o -> "";
            case Op.Select o -> "";
            case Op.Cast o -> "";
            case Op.Reshape o -> "";
            case Op.Gradient o -> "";
            case Op.StopGradient o -> "";
            case Op.Placeholder placeholder -> " id=" + placeholder.id();
            case Op.CustomGradient o -> "";
        };
    }

    private String constant(Op.Constant constant) {
        if (annotated) {
            return LiteralText.print(constant.value());
        }
        literals.add(constant.value());
        return "#" + (literals.size() - 1);
    }

    /** Nothing where all entries are what they usually are. */
    private static String unless(Object usual, String name, List<?> entries) {
        return entries.stream().allMatch(usual::equals) ? "" : " " + name + "=" + list(entries);
    }

    private static String list(List<?> axes) {
        return axes.toString().replace(" ", "");
    }

    /** As Python writes slices: {@code [0:batch,1:9:2]}. */
    private static String ranges(Op.Slice slice) {
        List<String> ranges = new ArrayList<>();
        for (int axis = 0; axis < slice.starts().size(); axis++) {
            int step = slice.steps().get(axis);
            ranges.add(slice.starts().get(axis) + ":" + slice.limits().get(axis)
                    + (step == 1 ? "" : ":" + step));
        }
        return list(ranges);
    }
}
