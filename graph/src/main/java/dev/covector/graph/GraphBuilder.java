package dev.covector.graph;

import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Type;
import dev.covector.graph.ir.TypeException;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Graph}: makes its leaves, and declares its functions. Everything else is a method of {@link Expr}.
 * Each mistake is refused where it is made, with a {@link GraphException}.
 *
 * <pre>{@code
 * GraphBuilder g = Graph.builder("line");
 * Dim batch = Dim.of("batch");
 * Expr x = g.input("x", FLOAT32, Shape.of(batch, 2));
 * Expr w = g.parameter("w", FLOAT32, Shape.of(2), Initializers.zeros());
 * g.function("predict").returns("y", x.matmul(w));
 * Graph graph = g.build();
 * }</pre>
 *
 * <p>Not safe for use by several threads.
 */
public final class GraphBuilder {
    private static final String NAME = "[A-Za-z_][A-Za-z_0-9.]*";
    private final String name;
    private final NodeFactory nodes = NodeFactory.plain();
    private final Map<String, Expr> inputs = new LinkedHashMap<>();
    private final Map<String, Graph.Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, FunctionBuilder> functions = new LinkedHashMap<>();
    /** Of the last target only: one for each of many would take the square of the graph's size. */
    private @Nullable Reached reached;
    private long nextStream;
    private long nextPlaceholder;
    /** While a parameter is initialised: the stream that its path stands for. */
    private @Nullable Long initialStream;

    GraphBuilder(String name) {
        this.name = checkName(name, "graph");
    }

    /**
     * Data that a call brings.
     *
     * @throws GraphException if there is an input of that name
     */
    public Expr input(String inputName, DType dtype, Shape shape) {
        checkName(inputName, "input");
        if (inputs.containsKey(inputName)) {
            throw error("there are two inputs called \"" + inputName + "\"", List.of(),
                    "use the first one again");
        }
        Expr input = make(new Op.Input(inputName, new Type(dtype, shape)), List.of(), inputName);
        inputs.put(inputName, input);
        return input;
    }

    /**
     * A value that a session keeps, and that {@linkplain FunctionBuilder#updates functions update}; optimisers take it
     * unless told otherwise.
     *
     * @param path  unique, such as {@code hidden.weight}
     * @param shape of fixed extents
     * @throws GraphException if there is a parameter of that path, or its shape has a named dimension
     */
    public Expr parameter(String path, DType dtype, Shape shape, Initializer initializer) {
        return parameter(path, dtype, shape, initializer, true);
    }

    /** A parameter that optimisers leave alone, such as a counter or a running average. */
    public Expr state(String path, DType dtype, Shape shape, Initializer initializer) {
        return parameter(path, dtype, shape, initializer, false);
    }

    private Expr parameter(String path, DType dtype, Shape shape, Initializer initializer,
            boolean trainable) {
        checkPath(path);
        if (parameters.containsKey(path)) {
            throw error("there are two parameters called \"" + path + "\"", List.of(),
                    "give the layers or optimizers different names, or share the parameter");
        }
        if (!shape.isStatic()) {
            throw error(
                    "the parameter " + path + " has the shape " + shape
                            + ", but a parameter's extents are fixed",
                    List.of(), "named dimensions are for inputs");
        }
        Expr parameter = make(new Op.Parameter(path, new Type(dtype, shape)), List.of(), path);
        Long outer = initialStream;
        initialStream = streamOf(path);
        Expr initial;
        try {
            initial = initializer.create(this, dtype, shape);
        } finally {
            initialStream = outer;
        }
        checkOwn(initial);
        if (!initial.node().type().equals(parameter.node().type())) {
            throw error("the initializer of " + path + " made " + initial.node().type() + ", not "
                    + parameter.node().type(), List.of(initial),
                    "it is given the dtype and the shape to make");
        }
        parameters.put(path, new Graph.Parameter(parameter.node(), initial.node(), trainable));
        return parameter;
    }

    /** The data of {@code tensor}, copied into the graph. */
    public Expr constant(Tensor tensor) {
        return make(new Op.Constant(Literal.of(tensor)), List.of(), null);
    }

    /** The scalar {@code value}; an error where {@code dtype} is an integer type that does not have the value. */
    public Expr constant(DType dtype, double value) {
        return constant(dtype, value, List.of());
    }

    /** The number {@code value} next to {@code operands} of that dtype, which a message names. */
    Expr constant(DType dtype, double value, List<Expr> operands) {
        // 2^63 itself converts to a long that is one less, so it is told apart by its size.
        boolean fits = switch (dtype) {
            case INT32 -> value == (int) value;
            case INT64 -> value == (long) value && value < 0x1p63;
            case FLOAT32, FLOAT64, BOOL -> true;
        };
        if (!fits) {
            throw error("the number " + value + " does not fit " + dtype, operands,
                    operands.isEmpty() ? "" : "cast the tensor first, such as .cast(FLOAT32)");
        }
        return make(new Op.Constant(Literal.of(dtype, value)), List.of(), null);
    }

    /** The scalar {@code value}; an error where {@code dtype} is int32 and the value does not fit. */
    public Expr constant(DType dtype, long value) {
        return constant(dtype, value, List.of());
    }

    /** The number {@code value} next to {@code operands} of that dtype, which a message names. */
    Expr constant(DType dtype, long value, List<Expr> operands) {
        if (dtype == DType.INT32 && value != (int) value) {
            throw error("the number " + value + " does not fit i32", operands,
                    operands.isEmpty() ? "i64 has it" : "cast the tensor first, such as .cast(INT64)");
        }
        return make(new Op.Constant(Literal.of(dtype, value)), List.of(), null);
    }

    /** A tensor whose elements are all {@code value}. */
    public Expr full(DType dtype, Shape shape, double value) {
        return constant(dtype, value).broadcastTo(shape);
    }

    /** The index along {@code axis} (from the end where negative): NumPy's {@code arange}, of any shape. */
    public Expr iota(DType dtype, Shape shape, int axis) {
        return make(new Op.Iota(new Type(dtype, shape), axis(axis, shape, List.of())), List.of(), null);
    }

    /** The extent of a dimension at the call, as a scalar. */
    public Expr extent(DType dtype, Dim dim) {
        return dim.isConstant() ? constant(dtype, dim.value())
                : make(new Op.Extent(dim, dtype), List.of(), null);
    }

    /** Random integers (int32 or int64), each as likely as any other, drawn anew at each call. */
    public Expr randomBits(DType dtype, Shape shape) {
        return make(new Op.RandomBits(stream(), new Type(dtype, shape)), List.of(), null);
    }

    /**
     * Bools that are true with this probability, to a multiple of 2⁻³², drawn anew at each call: what dropout keeps.
     *
     * @param probability from 0 to 1
     */
    public Expr randomBernoulli(double probability, Shape shape) {
        if (!(probability >= 0 && probability <= 1)) {
            throw error("the probability is " + probability, List.of(), "it is between 0 and 1");
        }
        long least = Math.round(probability * 0x1p32) + Integer.MIN_VALUE;
        Expr bits = randomBits(DType.INT32, shape);
        // As many integers are below the limit as are true; all are up to the greatest.
        return least > Integer.MAX_VALUE ? bits.le(Integer.MAX_VALUE) : bits.lt((double) least);
    }

    /** Random numbers uniform in [0, 1), float32 or float64, drawn anew at each call; each op has a stream of its own. */
    public Expr randomUniform(DType dtype, Shape shape) {
        return fraction(dtype, shape, 0);
    }

    /** Random numbers uniform in [{@code from}, {@code to}), float32 or float64, drawn anew at each call. */
    public Expr randomUniform(DType dtype, Shape shape, double from, double to) {
        return randomUniform(dtype, shape).times(to - from).plus(from);
    }

    /**
     * Random numbers from the standard normal distribution, float32 or float64, drawn anew at each call: the transform of
     * Box and Muller, of two uniform numbers each. None is farther from 0 than 5.8 (float32) or 8.6 (float64).
     */
    public Expr randomNormal(DType dtype, Shape shape) {
        Expr radius = fraction(dtype, shape, 1).log().times(-2).sqrt();
        return radius.times(fraction(dtype, shape, 0).times(2 * Math.PI).cos());
    }

    /** As many random bits as the dtype's significand has, and {@code added}, as a fraction of the greatest. */
    private Expr fraction(DType dtype, Shape shape, int added) {
        if (!dtype.isFloating()) {
            throw error("random numbers are f32 or f64, not " + dtype, List.of(),
                    "draw them as f32 and cast the result, or use randomBits");
        }
        boolean single = dtype == DType.FLOAT32;
        Expr bits = randomBits(single ? DType.INT32 : DType.INT64, shape).ushr(single ? 8 : 11);
        return (added == 0 ? bits : bits.plus(added)).cast(dtype).times(single ? 0x1p-24 : 0x1p-53);
    }

    /** A stream for one op. */
    private long stream() {
        if (initialStream == null) {
            return nextStream++;
        }
        long stream = initialStream;
        initialStream = stream + 1;
        return stream;
    }

    /**
     * Declares a function.
     *
     * @throws GraphException if there is a function of that name
     */
    public FunctionBuilder function(String functionName) {
        checkName(functionName, "function");
        FunctionBuilder function = new FunctionBuilder(this, functionName);
        if (functions.putIfAbsent(functionName, function) != null) {
            throw error("there are two functions called \"" + functionName + "\"", List.of(),
                    "declare all that it returns and updates where it is first declared");
        }
        return function;
    }

    /** The trainable parameters that {@code target} can be differentiated with respect to, in the order declared. */
    public List<Expr> trainable(Expr target) {
        checkOwn(target);
        BitSet reached = differentiable(target.node());
        return parameters.values().stream()
                .filter(parameter -> parameter.trainable() && reached.get(parameter.node().id()))
                .map(parameter -> new Expr(this, parameter.node())).toList();
    }

    /**
     * Those {@linkplain #trainable(Expr) trainable parameters} whose path begins with {@code prefix}, up to a dot or
     * to its end: {@code encoder} stands for {@code encoder.0.weight}, but not for {@code encoder2.weight}.
     *
     * @throws GraphException if there is none
     */
    public List<Expr> trainable(Expr target, String prefix) {
        List<Expr> all = trainable(target);
        List<Expr> under = all.stream().filter(parameter -> {
            String path = ((Op.Parameter) parameter.node().op()).name();
            return path.equals(prefix) || path.startsWith(prefix + ".");
        }).toList();
        if (under.isEmpty()) {
            throw error("no trainable parameter that this depends on is under \"" + prefix + "\"",
                    List.of(target),
                    "there are " + all.stream().map(parameter -> describe(parameter.node())).toList());
        }
        return under;
    }

    /**
     * The finished graph; the builder can go on and build a larger one.
     *
     * @throws GraphException if a function can't tell a named dimension from its inputs
     */
    public Graph build() {
        return Graph.of(name, List.copyOf(parameters.values()),
                functions.values().stream().map(FunctionBuilder::build).toList());
    }

    // ---- for Expr

    Expr make(Op op, List<Expr> operands, @Nullable String nodeName) {
        return make(op, operands, operands, nodeName);
    }

    /** The same, where a message shows other operands: those that the user gave. */
    Expr make(Op op, List<Expr> operands, List<Expr> shown, @Nullable String nodeName) {
        operands.forEach(this::checkOwn);
        UserCode code = UserCode.here();
        try {
            return new Expr(this,
                    nodes.make(op, operands.stream().map(Expr::node).toList(), code.line(), nodeName));
        } catch (TypeException e) {
            throw error(String.valueOf(e.getMessage()), shown, e.hint());
        }
    }

    /** The same value under a name; a node of its own, as it is only asked for before it is used. */
    Expr named(Expr value, String nodeName) {
        checkName(nodeName, "value");
        Node node = value.node();
        if (node.op() instanceof Op.Input || node.op() instanceof Op.Parameter) {
            throw error("inputs and parameters are named where they are declared", List.of(value), "");
        }
        return new Expr(this, nodes.makeDistinct(node.op(), node.inputs(), node.line(), nodeName));
    }

    /** The same value in a node of its own: what is differentiated with respect to it is not with respect to others. */
    Expr distinct(Expr value, String name) {
        Node node = value.node();
        return new Expr(this, nodes.makeDistinct(new Op.Reshape(value.shape()), List.of(node),
                UserCode.here().line(), node.name() == null ? name : node.name()));
    }

    /** What stands for a value of the type of {@code model} in a rule. */
    Expr placeholder(Expr model, String nodeName) {
        return make(new Op.Placeholder(nextPlaceholder++, model.node().type()), List.of(), nodeName);
    }

    boolean isParameter(Node node) {
        return node.op() instanceof Op.Parameter;
    }

    void checkOwn(Expr expr) {
        if (expr.builder() != this) {
            throw error("an operand belongs to another graph, \"" + expr.builder().name + "\"", List.of(expr),
                    "build both parts with one builder");
        }
    }

    /**
     * The ids of what {@code target} reaches along paths that can have a derivative: floating values, not through
     * conditions or indices, nor through what is constant in pieces.
     */
    BitSet differentiable(Node target) {
        Reached known = reached;
        if (known == null || known.target() != target) {
            known = new Reached(target, new BitSet());
            List<Node> open = new ArrayList<>(List.of(target));
            while (!open.isEmpty()) {
                Node node = open.removeLast();
                if (node.type().dtype().isFloating() && !known.ids().get(node.id())) {
                    known.ids().set(node.id());
                    open.addAll(node.differentiableInputs());
                }
            }
            reached = known;
        }
        return known.ids();
    }

    private record Reached(Node target, BitSet ids) {}

    /** {@code axis} counted from 0, where it is counted from the end if negative. */
    int axis(int axis, Shape shape, List<Expr> operands) {
        int rank = shape.rank();
        if (axis < -rank || axis >= rank) {
            throw error("axis " + axis + " is outside the shape " + shape + " of rank " + rank, operands,
                    rank == 0 ? "" : "axes count from 0 to " + (rank - 1) + ", or from -1 down to " + -rank);
        }
        return axis < 0 ? axis + rank : axis;
    }

    /**
     * The error of a layer or loss that does not take its operands; the message adds the user's line, and says of each
     * operand its name, type and line.
     *
     * @param hint what would likely mend it; empty if there is nothing to say
     */
    public GraphException error(String problem, List<Expr> operands, String hint) {
        return errorHere(problem, operands, hint);
    }

    /** An error of what is made without a graph, such as a {@link Slice}. */
    static GraphException errorHere(String problem, List<Expr> operands, String hint) {
        UserCode code = UserCode.here();
        StringBuilder text = new StringBuilder(code.method()).append(": ").append(problem);
        List<String> described =
                operands.stream().map(e -> describe(e.node()) + ": " + e.node().type()).toList();
        text.append("\n  at ").append(code.line() == null ? "unknown place" : code.line());
        if (!operands.isEmpty()) {
            text.append(": ").append(code.method()).append('(').append(String.join(", ", described))
                    .append(')');
        }
        operands.stream().map(Expr::node).distinct().forEach(node -> {
            if (node.line() != null && !node.line().equals(code.line())) {
                text.append("\n  ").append(describe(node)).append(" was made at ").append(node.line());
            }
        });
        if (!hint.isEmpty()) {
            text.append("\n  hint: ").append(hint);
        }
        return new GraphException(text.toString());
    }

    /** The user's name for a value, or else what it is: a number, or the result of an op. */
    static String describe(Node node) {
        if (node.name() != null) {
            return node.name();
        }
        return node.op() instanceof Op.Constant constant && constant.value().isScalar()
                ? String.valueOf(constant.value().tensor().item())
                : node.op().word() + (node.inputs().isEmpty() ? "" : "(…)");
    }

    String checkName(String given, String what) {
        if (!given.matches(NAME)) {
            throw error("the " + what + "'s name \"" + given + "\" is not made of letters, digits, _ and .",
                    List.of(), given.matches("[0-9.].*") ? "it starts with a letter or _" : "");
        }
        return given;
    }

    /** A path has names between slashes: what an optimizer keeps of {@code w} may be {@code w/adam.m}. */
    private void checkPath(String path) {
        if (!path.matches(NAME + "(/" + NAME + ")*")) {
            throw error("the parameter's path \"" + path
                    + "\" is not made of letters, digits, _ and ., and slashes between names", List.of(),
                    "each name starts with a letter or _");
        }
    }

    /** FNV-1a of the path, with the top bit set: never one of the small numbers that other random ops count. */
    private static long streamOf(String path) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash | Long.MIN_VALUE;
    }
}
