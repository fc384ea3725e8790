package dev.covector.compiler;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.SourceLine;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.CallException;
import dev.covector.runtime.kernel.Frame;
import dev.covector.runtime.kernel.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Stops a call of a function, whose ops are separate kernels, at the first op that makes a NaN or an infinity, or is given
 * an index out of range or a divisor of zero; see {@link CompilerOptions#checked}.
 *
 * <p>An element is <em>made</em> if no element that enters it is of its kind: NaN of others, an infinity of finite ones. What
 * is passed on, such as the -∞ of a mask or of padding, is not. An op is <em>guarded</em> if nothing but selects take its
 * values: those are looked at only where a select has chosen one.
 */
final class CheckedCalls implements Watch {
    private final String function;
    private final Plan plan;
    private final List<List<Plan.Step>> launches;
    private final boolean infinities;
    private final Map<Node, Integer> slots = new HashMap<>();
    private final Set<Node> guarded = new HashSet<>();
    /** The same for infinities, which maximum and minimum keep away as well. */
    private final Set<Node> bounded = new HashSet<>();
    /** What the user's own graph computes at each line. */
    private final Map<SourceLine, Set<String>> words = new HashMap<>();

    CheckedCalls(String function, Plan plan, Graph source, boolean infinities) {
        this.function = function;
        this.plan = plan;
        this.launches = plan.byLaunch();
        this.infinities = infinities;
        for (int slot = 0; slot < plan.slots().size(); slot++) {
            slots.put(plan.slots().get(slot), slot);
        }
        for (Node node : source.nodes()) {
            if (node.line() != null && !node.inputs().isEmpty()) {
                words.computeIfAbsent(node.line(), line -> new TreeSet<>()).add(node.op().word());
            }
        }
        findGuarded();
    }

    private void findGuarded() {
        Map<Node, List<Node>> users = new HashMap<>();
        List<Node> nodes = plan.function().nodes();
        for (Node node : nodes) {
            node.inputs().forEach(input -> users.computeIfAbsent(input, key -> new ArrayList<>()).add(node));
        }
        Set<Node> outputs = new HashSet<>(plan.function().outputs());
        for (Node node : nodes.reversed()) {
            List<Node> of = users.getOrDefault(node, List.of());
            if (!outputs.contains(node) && !of.isEmpty()) {
                if (of.stream()
                        .allMatch(user -> isGuard(user, node) || passes(user) && guarded.contains(user))) {
                    guarded.add(node);
                }
                if (of.stream().allMatch(user -> isGuard(user, node) || isBound(user)
                        || passes(user) && bounded.contains(user))) {
                    bounded.add(node);
                }
            }
        }
    }

    private static boolean isGuard(Node user, Node value) {
        return switch (user.op()) {
            case Op.Select select -> user.input(0) != value;
            case Op.Compare compare -> true;
            case Op.Unary unary -> unary.kind() == UnaryKind.IS_NAN || unary.kind() == UnaryKind.IS_FINITE;
            default -> false;
        };
    }

    private static boolean isBound(Node user) {
        return user.op() instanceof Op.Binary(BinaryKind kind)
                && (kind == BinaryKind.MAX || kind == BinaryKind.MIN);
    }

    private static boolean passes(Node user) {
        return user.type().dtype().isFloating()
                && (Roles.isElementwise(user) || Roles.isMovement(user) || user.op() instanceof Op.Reshape);
    }

    // ---- numbers

    @Override
    public void begin(Frame frame, ToLongFunction<String> dims) {
        Elements elements = new Elements(slots, frame, dims);
        for (Node node : plan.slots()) {
            if (node.op() instanceof Op.Input || node.op() instanceof Op.Parameter) {
                for (int flat : bad(node, elements, frame)) {
                    int[] index = Elements.index(flat, elements.shape(node));
                    throw error(describe(node) + ", " + type(node, elements) + ", is "
                            + elements.value(node, index) + " at " + Arrays.toString(index));
                }
            }
        }
    }

    @Override
    public void after(int launch, Frame frame, ToLongFunction<String> dims) {
        Elements elements = new Elements(slots, frame, dims);
        for (Plan.Step step : launches.get(launch)) {
            Node node = step.kernel().members().getFirst();
            int[] shape = elements.shape(node);
            for (int flat : bad(node, elements, frame)) {
                int[] index = Elements.index(flat, shape);
                boolean nan = Double.isNaN(elements.value(node, index).doubleValue());
                if (!(nan ? guarded : bounded).contains(node)) {
                    Elements.Place maker = maker(new Elements.Place(node, index), nan, elements);
                    if (maker != null) {
                        throw error(made(maker, elements));
                    }
                }
            }
        }
    }

    /** The elements that are not to be, in row-major order. */
    private int[] bad(Node node, Elements elements, Frame frame) {
        Integer slot = slots.get(node);
        if (slot == null || !node.type().dtype().isFloating()) {
            return new int[0];
        }
        IntStream all = IntStream.range(0, Elements.size(elements.shape(node)));
        int start = frame.offsets[slot];
        return (frame.buffers[slot] instanceof float[] floats ? all.filter(i -> isBad(floats[start + i]))
                : frame.buffers[slot] instanceof double[] doubles
                        ? all.filter(i -> isBad(doubles[start + i]))
                : IntStream.empty()).toArray();
    }

    private boolean isBad(double value) {
        return infinities ? !Double.isFinite(value) : Double.isNaN(value);
    }

    /** Where a bad element comes from; null if from the graph's data. */
    private Elements.@Nullable Place maker(Elements.Place bad, boolean nan, Elements elements) {
        Elements.Place at = bad;
        while (true) {
            Elements.Place[] cause = new Elements.Place[1];
            boolean entered = elements.visit(at.node(), at.index(), place -> {
                double value = elements.value(place).doubleValue();
                cause[0] = place;
                return nan ? Double.isNaN(value) : !Double.isFinite(value);
            });
            if (!entered) {
                return isData(at.node()) ? null : at;
            }
            // Others were looked at when they were computed.
            if (!(nan ? guarded : bounded).contains(cause[0].node())) {
                return null;
            }
            at = cause[0];
        }
    }

    private static boolean isData(Node node) {
        return switch (node.op()) {
            case Op.Input input -> true;
            case Op.Parameter parameter -> true;
            case Op.Constant constant -> true;
            default -> false;
        };
    }

    // ---- indices and divisors

    @Override
    public void before(int launch, Frame frame, ToLongFunction<String> dims) {
        Elements elements = new Elements(slots, frame, dims);
        for (Plan.Step step : launches.get(launch)) {
            Node node = step.kernel().members().getFirst();
            switch (node.op()) {
                case Op.Gather gather -> indices(node, node.input(0), gather.axis(), elements);
                case Op.ScatterAdd scatter -> indices(node, node, scatter.axis(), elements);
                case Op.Compare compare when compare.kind() == CompareKind.EQ -> labels(node, elements);
                case Op.Binary binary when (binary.kind() == BinaryKind.DIV
                        || binary.kind() == BinaryKind.REM)
                        && node.type().dtype().isInteger() -> divisors(node, elements);
                default -> {
                }
            }
        }
    }

    private void indices(Node node, Node data, int axis, Elements elements) {
        int extent = elements.shape(data)[axis];
        check(node, node.input(1), extent, "the extent of axis " + axis + " of "
                + (data == node ? "the result" : describe(data)), elements);
    }

    private void check(Node node, Node indices, int extent, String bound, Elements elements) {
        int[] shape = elements.shape(indices);
        for (int flat = 0; flat < Elements.size(shape); flat++) {
            int[] index = Elements.index(flat, shape);
            long value = elements.value(indices, index).longValue();
            if (value < 0 || value >= extent) {
                throw outOfRange(node, elements.place(indices, index), value, extent, bound, elements);
            }
        }
    }

    private CallException outOfRange(Node node, Elements.Place place, long value, int extent, String bound,
            Elements elements) {
        return error(
                describe(node) + ": the index " + value + " at " + Arrays.toString(place.index()) + " of "
                        + describe(place.node()) + ", " + type(place.node(), elements)
                        + ", is not within [0, " + extent
                        + "), " + bound);
    }

    /** An index along an axis that is compared with integers which don't depend on it: one-hot labels. */
    private void labels(Node node, Elements elements) {
        for (int operand = 0; operand < 2; operand++) {
            Integer axis = counted(node, operand);
            if (axis != null && !isCounted(node, 1 - operand, axis)) {
                int[] shape = elements.shape(node);
                int classes = shape[axis];
                shape[axis] = Math.min(1, classes);
                for (int flat = 0; flat < Elements.size(shape); flat++) {
                    Elements.Place place =
                            elements.place(node.input(1 - operand), Elements.index(flat, shape));
                    long value = elements.value(place).longValue();
                    if (value < 0 || value >= classes) {
                        throw outOfRange(node, place, value, classes, "the classes of one-hot labels",
                                elements);
                    }
                }
            }
        }
    }

    /** Where an operand reads what it moves; the axes are those of {@code node}. */
    private record Read(Node node, List<Coordinate<Integer>> index) {}

    private Read read(Node node, int operand) {
        Node at = node.input(operand);
        List<Coordinate<Integer>> index = IndexMaps.operand(node, operand, IndexMaps
                .at(IndexMaps.counters(node.type().shape(), axis -> axis)));
        while (!slots.containsKey(at) && Roles.isMovement(at)) {
            index = IndexMaps.operand(at, 0, index);
            at = at.input(0);
        }
        return new Read(at, index);
    }

    /** The axis of {@code node} whose index an operand is; null if it is none. */
    private @Nullable Integer counted(Node node, int operand) {
        Read read = read(node, operand);
        return read.node().op() instanceof Op.Iota iota && read.node().type().dtype().isInteger()
                ? read.index().get(iota.axis()).plain() : null;
    }

    private boolean isCounted(Node node, int operand, int axis) {
        Read read = read(node, operand);
        return read.node().op() instanceof Op.Iota || read.index().stream()
                .anyMatch(at -> at.terms().stream().anyMatch(term -> term.counter() == axis));
    }

    private void divisors(Node node, Elements elements) {
        Node divisor = node.input(1);
        int[] shape = elements.shape(divisor);
        for (int flat = 0; flat < Elements.size(shape); flat++) {
            int[] index = Elements.index(flat, shape);
            if (elements.value(divisor, index).longValue() == 0) {
                throw error(
                        describe(node) + ": integer division by zero, " + elements.value(node.input(0), index)
                                + " by 0 at " + Arrays.toString(index) + entered(node, index, elements));
            }
        }
    }

    // ---- messages

    private CallException error(String what) {
        return new CallException("function \"" + function + "\": " + what);
    }

    private String made(Elements.Place maker, Elements elements) {
        Node node = maker.node();
        return describe(node) + ", " + type(node, elements) + ", makes " + elements.value(maker) + " at "
                + Arrays.toString(maker.index()) + entered(node, maker.index(), elements);
    }

    /** What was seen of one operand. */
    private static final class Seen {
        final Elements.Place first;
        Elements.@Nullable Place notFinite;
        int count;
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;

        Seen(Elements.Place first) {
            this.first = first;
        }

        void add(Elements.Place place, double value) {
            count++;
            if (!Double.isFinite(value) && notFinite == null) {
                notFinite = place;
            }
            least = Math.min(least, value);
            greatest = Math.max(greatest, value);
        }
    }

    /** A line for each operand: its element, or of many the first that is not finite, or between which numbers they are. */
    private String entered(Node node, int[] index, Elements elements) {
        Map<List<Object>, Seen> operands = new LinkedHashMap<>();
        elements.visit(node, index, place -> {
            // An elementwise op may take one value twice; that is two lines, like the ops' operands.
            boolean many = !Roles.isElementwise(node);
            List<Object> key = many ? List.of(place.node()) : List.of(place.node(), operands.size());
            operands.computeIfAbsent(key, of -> new Seen(place)).add(place,
                    elements.value(place).doubleValue());
            return false;
        });
        return operands.values().stream().map(seen -> "\n    from " + entered(seen, elements))
                .collect(Collectors.joining());
    }

    private String entered(Seen seen, Elements elements) {
        Node node = seen.first.node();
        String what = describe(node) + ", " + type(node, elements) + ": ";
        Elements.Place shown = seen.notFinite != null ? seen.notFinite : seen.first;
        String one = elements.value(shown)
                + (shown.index().length == 0 ? "" : " at " + Arrays.toString(shown.index()));
        return what + (seen.count == 1 ? one : seen.notFinite != null
                ? one + ", the first of " + seen.count + " elements that is not finite"
                : seen.count + " elements from " + number(node, seen.least) + " to "
                        + number(node, seen.greatest));
    }

    private static String number(Node node, double value) {
        return switch (node.type().dtype()) {
            case FLOAT32 -> Float.toString((float) value);
            case FLOAT64 -> Double.toString(value);
            case INT32, INT64, BOOL -> Long.toString((long) value);
        };
    }

    /** Such as {@code loss = log (Mlp.java:12)}; of an op that the compiler has made, what the user wrote there. */
    private String describe(Node node) {
        String word = node.op().word();
        return switch (node.op()) {
            case Op.Input input -> "input " + input.name();
            case Op.Parameter parameter -> "parameter " + parameter.name();
            default -> {
                SourceLine line = node.line();
                Set<String> written = line == null ? Set.of() : words.getOrDefault(line, Set.of());
                yield (node.name() != null ? node.name() + " = " : "") + word + (line == null ? ""
                        : " (" + line + (written.contains(word) || written.isEmpty() ? ""
                                : ", where the graph has " + String.join(", ", written)) + ")");
            }
        };
    }

    /** With the extents of this call. */
    private static String type(Node node, Elements elements) {
        return node.type().dtype() + Arrays.stream(elements.shape(node)).mapToObj(Integer::toString)
                .collect(Collectors.joining(",", "[", "]"));
    }
}
