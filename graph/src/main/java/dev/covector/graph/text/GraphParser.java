package dev.covector.graph.text;

import dev.covector.graph.Graph;
import dev.covector.graph.GraphException;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.SourceLine;
import dev.covector.graph.ir.Type;
import dev.covector.graph.ir.TypeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses one text; its grammar is in GRAMMAR.md. */
final class GraphParser {
    /** Where a slot's value is, and whether a constant has asked for it. */
    private static final class Slot {
        final int entry;
        final int value;
        boolean used;

        Slot(int entry, int value) {
            this.entry = entry;
            this.value = value;
        }
    }

    private static final String PART = "[^/\\x00-\\x20][^/\\x00-\\x1f]*";
    private static final Pattern PLACE =
            Pattern.compile("(/?" + PART + "(?:/" + PART + ")*):(\\d{1,9})");

    private final Cursor in;
    private final NodeFactory factory = NodeFactory.plain();
    private final Map<Integer, Node> nodes = new HashMap<>();
    private final Map<Integer, Slot> slots = new LinkedHashMap<>();
    private final List<Graph.Parameter> parameters = new ArrayList<>();
    private final List<Integer> parameterPlaces = new ArrayList<>();
    private final List<Graph.Function> functions = new ArrayList<>();
    private final List<Integer> functionPlaces = new ArrayList<>();

    GraphParser(String text) {
        this.in = new Cursor(text, 0);
    }

    /** {@code versioned}: whether the text must say its version. */
    Graph parse(boolean versioned) {
        // First: nothing else of a text of another version can be relied on.
        version(versioned);
        readSlots(in.from(in.position()));
        if (!in.takeWord("graph")) {
            throw in.expected("\"graph\"");
        }
        String name = in.atEnd() ? "graph" : in.name("the graph's name");
        in.endStatement("the end of the line");
        while (in.nextStatement()) {
            statement();
        }
        for (Slot slot : slots.values()) {
            if (!slot.used) {
                throw in.errorAt(slot.entry, "expected slots that a constant uses");
            }
        }
        try {
            return Graph.of(name, parameters, functions);
        } catch (GraphException e) {
            throw located(name, e);
        }
    }

    /** Of a whole that is not well-formed: the first statement with which it is not. */
    private RuntimeException located(String name, GraphException problem) {
        List<Integer> places = new ArrayList<>(parameterPlaces);
        places.addAll(functionPlaces);
        for (int i = 0; i < places.size(); i++) {
            List<Graph.Parameter> first = parameters.subList(0, Math.min(i + 1, parameters.size()));
            try {
                Graph.of(name, first, functions.subList(0, i + 1 - first.size()));
            } catch (GraphException e) {
                int place = places.get(i);
                return in.errorAt(place, Objects.requireNonNullElse(e.getMessage(), ""));
            }
        }
        return problem;
    }

    private void version(boolean required) {
        in.nextStatement();
        if (!in.takeWord("covector")) {
            if (required) {
                throw in.expected("the version of the format, \"covector " + GraphText.VERSION + "\"");
            }
            return;
        }
        in.skipSpaces();
        int start = in.position();
        int version = in.integer();
        if (version != GraphText.VERSION) {
            throw in.errorAt(start, "this text is of version " + version + " of the format, "
                    + (version > GraphText.VERSION ? "newer" : "older") + " than version " + GraphText.VERSION
                    + ", which is what this release of Covector reads; read it with the release that wrote it, "
                    + "or have the graph printed by this one");
        }
        in.endStatement("the end of the line");
        in.nextStatement();
    }

    /** The table stands at the end, but constants need it: nodes are immutable. */
    private void readSlots(Cursor table) {
        while (table.nextStatement()) {
            if (table.at('#')) {
                int entry = table.position();
                int slot = table.index('#', "a slot");
                table.expect("=");
                table.skipSpaces();
                if (slots.putIfAbsent(slot, new Slot(entry, table.position())) != null) {
                    throw table.errorAt(entry, "expected a new slot, found \"#" + slot + "\" again");
                }
                LiteralText.skip(table);
                table.endStatement("the end of the line");
            }
            table.skipStatement();
        }
    }

    private void statement() {
        if (in.at('%')) {
            node();
        } else if (in.takeWord("parameter")) {
            parameter();
        } else if (in.takeWord("function")) {
            function();
        } else if (in.at('#')) {
            in.skipStatement();
        } else {
            throw in.expected("a node such as %0, \"parameter\" or \"function\"");
        }
        in.endStatement("the end of the line");
    }

    private void node() {
        int start = in.position();
        int number = in.index('%', "a node's number");
        if (nodes.containsKey(number)) {
            throw in.errorAt(start, "expected a new number, found \"%" + number + "\" again");
        }
        in.expect("=");
        in.skipSpaces();
        int opAt = in.position();
        String word = in.name("an op");
        OpReader reader = OpReader.of(word);
        if (reader == null) {
            throw in.errorAt(opAt, "expected an op, found \"" + word + "\"");
        }
        List<Node> operands = new ArrayList<>();
        while (in.at('%')) {
            operands.add(reference());
        }
        Function<Type, Op> attributes = reader.read(in, this::slot);
        if (!in.at(':')) {
            throw in.expected(
                    operands.isEmpty() ? "\":\" and the type" : "an operand, or \":\" and the type");
        }
        in.expect(":");
        in.skipSpaces();
        int typeAt = in.position();
        Type type = in.type();
        Op op = attributes.apply(type);
        String name = in.takeWord("as") ? in.name("a name") : ownName(op);
        SourceLine line = in.takeWord("at") ? sourceLine() : null;
        try {
            Node node = factory.make(op, operands, line, name);
            if (!node.type().equals(type)) {
                throw in.errorAt(typeAt, "expected " + node.type() + ", which is what " + word
                        + " makes of its operands, found " + type);
            }
            nodes.put(number, node);
        } catch (TypeException e) {
            throw in.errorAt(opAt, word + ": " + e.getMessage());
        }
    }

    private static @Nullable String ownName(Op op) {
        return op instanceof Op.Input input ? input.name()
                : op instanceof Op.Parameter parameter ? parameter.name() : null;
    }

    private SourceLine sourceLine() {
        in.skipSpaces();
        int start = in.position();
        String text = in.rest();
        Matcher place = PLACE.matcher(text);
        if (!place.matches()) {
            throw in.errorAt(start, "expected a place such as Mlp.java:12, found \"" + text + "\"");
        }
        return new SourceLine(place.group(1), Integer.parseInt(place.group(2)));
    }

    private Cursor slot(Cursor at) {
        int start = at.position();
        int number = at.index('#', "a slot");
        Slot slot = slots.get(number);
        if (slot == null) {
            throw at.errorAt(start, "expected a slot of the table at the end, found \"#" + number + "\"");
        }
        slot.used = true;
        return in.from(slot.value);
    }

    private Node reference() {
        in.skipSpaces();
        int start = in.position();
        int number = in.index('%', "a node such as %0");
        Node node = nodes.get(number);
        if (node == null) {
            throw in.errorAt(start, "expected a node that is defined above, found \"%" + number + "\"");
        }
        return node;
    }

    private void parameter() {
        in.skipSpaces();
        int start = in.position();
        Node node = reference();
        if (!(node.op() instanceof Op.Parameter)) {
            throw in.errorAt(start, "expected a parameter, found " + node);
        }
        in.expect("initial=");
        Node initial = reference();
        parameterPlaces.add(start);
        parameters.add(new Graph.Parameter(node, initial, in.takeWord("trainable")));
    }

    private void function() {
        in.skipSpaces();
        int start = in.position();
        String name = in.name("the function's name");
        List<Node> inputs = in.at('(') ? arguments() : null;
        Map<String, Node> results = new LinkedHashMap<>();
        List<Graph.Update> updates = new ArrayList<>();
        if (in.at('-')) {
            in.expect("->");
            do {
                result(results);
            } while (in.take(','));
        }
        if (in.takeWord("update")) {
            do {
                Node parameter = reference();
                in.expect("=");
                updates.add(new Graph.Update(parameter, reference()));
            } while (in.take(','));
        }
        in.endStatement("\",\", \"->\", \"update\" or the end of the line");
        Graph.Function function = new Graph.Function(name, results, updates);
        if (inputs != null) {
            if (!inputs.containsAll(function.inputs())
                    || !inputs.stream().allMatch(node -> node.op() instanceof Op.Input)) {
                throw in.errorAt(start,
                        "expected the inputs " + function.inputs() + " of " + name + ", found "
                                + inputs);
            }
            function = new Graph.Function(name, inputs, results, updates);
        }
        functionPlaces.add(start);
        functions.add(function);
    }

    private List<Node> arguments() {
        List<Node> arguments = new ArrayList<>();
        in.expect("(");
        if (!in.at(')')) {
            do {
                arguments.add(reference());
            } while (in.take(','));
        }
        in.expect(")");
        return arguments;
    }

    private void result(Map<String, Node> results) {
        in.skipSpaces();
        int start = in.position();
        String name = in.name("a result's name");
        in.expect("=");
        if (results.putIfAbsent(name, reference()) != null) {
            throw in.errorAt(start, "expected a new result, found \"" + name + "\" again");
        }
    }
}
