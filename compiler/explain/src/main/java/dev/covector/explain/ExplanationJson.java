package dev.covector.explain;

import dev.covector.compiler.Explanation;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Graphs and explanations as JSON, for tools. What a document has is written in this module's README; {@code version}
 * changes when a tool that reads it would have to.
 */
public final class ExplanationJson {
    /** Of the documents that this class writes. */
    public static final int VERSION = 1;

    /** Constants of more elements are told by their type only. */
    private static final int MOST_ELEMENTS = 16;

    private final JsonWriter json = new JsonWriter();

    private ExplanationJson() {}

    /** A graph by itself: a document with {@code "format": "covector-graph"}. */
    public static String of(Graph graph) {
        ExplanationJson writer = new ExplanationJson();
        writer.json.object(() -> {
            writer.head("covector-graph", graph.name());
            writer.graph(graph, Blocks.of(graph), null);
        });
        return writer.json.toString();
    }

    /** A compilation with all its code: a document with {@code "format": "covector-explanation"}. */
    public static String of(Explanation explanation) {
        return of(explanation, true);
    }

    /** The same; the page has code in parts of its own. */
    static String of(Explanation explanation, boolean withCode) {
        ExplanationJson writer = new ExplanationJson();
        writer.json.object(() -> {
            writer.head("covector-explanation", explanation.name());
            writer.stages(explanation);
            writer.json.list("functions", explanation.functions(),
                    function -> writer.function(function, withCode));
        });
        return writer.json.toString();
    }

    /** The code of a function: an array with an entry for each kernel, then one for the whole if it is one method. */
    static String code(Explanation.Function function) {
        ExplanationJson writer = new ExplanationJson();
        List<Explanation.Code> all = new ArrayList<>(
                function.kernels().stream().map(Explanation.Kernel::code).toList());
        function.whole().ifPresent(all::add);
        writer.json.array(all, writer::code);
        return writer.json.toString();
    }

    private void head(String format, String name) {
        json.member("format", format).member("version", VERSION).member("graph", name);
    }

    // ---- graphs

    private void stages(Explanation explanation) {
        List<Map<Node, String>> blocks = Blocks.of(explanation);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            numbers.add(i);
        }
        json.list("stages", numbers, i -> json.object(() -> {
            Explanation.Stage stage = explanation.stages().get(i);
            json.member("name", stage.name());
            graph(stage.graph(), blocks.get(i), stage.changes());
            json.numbers("removed", stage.removed().stream().map(Node::id).toList());
        }));
    }

    private void graph(Graph graph, Map<Node, String> blocks,
            @Nullable List<Explanation.Change> changes) {
        Map<Node, Explanation.Change> change = new HashMap<>();
        for (int i = 0; changes != null && i < changes.size(); i++) {
            change.put(graph.nodes().get(i), changes.get(i));
        }
        List<Set<Node>> functions = new ArrayList<>();
        graph.functions().forEach(function -> functions.add(new HashSet<>(function.nodes())));
        functions.add(new HashSet<>(
                Graph.reachable(graph.parameters().stream().map(Graph.Parameter::initial).toList())));
        json.list("nodes", graph.nodes(), node -> json.object(() -> {
            node(node, blocks.getOrDefault(node, ""));
            List<Integer> in = new ArrayList<>();
            for (int i = 0; i < functions.size(); i++) {
                if (functions.get(i).contains(node)) {
                    in.add(i);
                }
            }
            json.numbers("functions", in);
            Explanation.Change of = change.get(node);
            if (of != null) {
                if (of.kind() != Explanation.Change.Kind.SAME) {
                    json.member("change", lower(of.kind()));
                }
                of.before().ifPresent(before -> json.member("before", before.id()));
            }
        }));
        json.list("parameters", graph.parameters(), parameter -> json.object(() -> json
                .member("name", parameter.name()).member("node", parameter.node().id())
                .member("initial", parameter.initial().id()).flag("trainable", parameter.trainable())));
        json.list("functions", graph.functions(), this::function);
    }

    private void node(Node node, String block) {
        json.member("id", node.id()).member("op", node.op().word());
        json.member("attributes", attributes(node));
        json.numbers("inputs", node.inputs().stream().map(Node::id).toList());
        json.member("dtype", node.type().dtype().toString());
        json.list("shape", node.type().shape().dims(), this::dim);
        if (node.name() != null) {
            json.member("name", node.name());
        }
        if (node.line() != null) {
            json.member("file", node.line().file()).member("line", node.line().line());
        }
        json.member("block", block);
    }

    /** What a node's line in the text form says besides, but for data, which would be long. */
    static String attributes(Node node) {
        boolean data = node.op() instanceof Op.Constant constant
                && constant.value().tensor().size() > MOST_ELEMENTS;
        return data ? "data" : GraphText.attributes(node.op());
    }

    private void dim(Dim dim) {
        if (dim.isConstant()) {
            json.value(dim.value());
        } else {
            json.value(dim.toString());
        }
    }

    private void function(Graph.Function function) {
        json.object(() -> {
            json.member("name", function.name());
            json.numbers("inputs", function.inputs().stream().map(Node::id).toList());
            json.list("results", function.results().entrySet(), result -> json.object(
                    () -> json.member("name", result.getKey()).member("node", result.getValue().id())));
            json.list("updates", function.updates(), update -> json.object(() -> json
                    .member("parameter", update.parameter().id()).member("value", update.value().id())));
        });
    }

    // ---- functions as they run

    private void function(Explanation.Function function, boolean withCode) {
        json.object(() -> {
            json.member("name", function.name()).member("execution", lower(function.execution()))
                    .member("launches", function.launches());
            json.texts("dims", names(function), name -> name);
            json.list("kernels", function.kernels(), kernel -> kernel(kernel, withCode));
            json.list("buffers", function.buffers(), this::buffer);
            json.list("arrays", function.arrays(), array -> json.object(() -> {
                json.member("dtype", array.dtype().toString());
                json.list("bytes", array.bytes(), this::dim);
            }));
            json.list("commits", function.commits(), commit -> json.object(() -> json
                    .member("buffer", commit.buffer()).member("parameter", commit.parameter())));
            if (withCode) {
                function.whole().ifPresent(code -> {
                    json.name("whole");
                    code(code);
                });
            }
        });
    }

    /** The named dimensions that sizes depend on. */
    static Set<String> names(Explanation.Function function) {
        Set<String> names = new TreeSet<>();
        function.function().nodes().forEach(node -> node.type().shape().dims()
                .forEach(dim -> names.addAll(dim.names())));
        return names;
    }

    private void kernel(Explanation.Kernel kernel, boolean withCode) {
        json.object(() -> {
            json.member("name", kernel.name()).member("kind", lower(kernel.kind()))
                    .member("launch", kernel.launch());
            json.numbers("ops", kernel.ops().stream().map(Node::id).toList());
            json.numbers("inlined", kernel.inlined().stream().map(Node::id).toList());
            json.list("decisions", kernel.decisions(), decision -> json.object(() -> {
                json.member("operand", decision.operand().id()).member("reader", decision.reader().id());
                decision.refusal().ifPresent(refusal -> json.member("refusal", refusal));
            }));
            json.numbers("reads", kernel.reads()).numbers("writes", kernel.writes());
            json.name("flops");
            dim(kernel.flops());
            json.name("read");
            dim(kernel.read());
            json.name("written");
            dim(kernel.written());
            if (withCode) {
                json.name("code");
                code(kernel.code());
            }
        });
    }

    private void buffer(Explanation.Buffer buffer) {
        json.object(() -> {
            json.member("node", buffer.node().id()).member("place", lower(buffer.place()))
                    .member("index", buffer.index());
            json.name("bytes");
            dim(buffer.bytes());
            json.member("first", buffer.first()).member("last", buffer.last());
        });
    }

    private void code(Explanation.Code code) {
        json.object(() -> json.member("loops", code.loops()).member("scalar", code.scalar())
                .member("vector", code.vector()));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
