package dev.covector.compiler;

import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Loops for elementwise ops and reductions over a shared outer index space.
 *
 * <p>One axis is the lane axis, whose neighbours are computed side by side: the one along which most elements are
 * neighbours in memory. If it is an outer axis, whole reductions run side by side, each in the order of its index
 * (column sums). If it is an inner axis, the lanes work on one row, and reductions have an order by lanes (row sums,
 * softmax).
 *
 * <p>Within an outer index, reductions that need the result of others come in later <em>stages</em>; each stage is one
 * loop over the inner axes.
 */
final class LoopKernel {
    /** Where other outer axes have fewer indices than this, the lane axis is cut for the threads instead of them. */
    private static final int MIN_PARALLEL = 8;
    /** Elements that one thread has done in some microseconds. */
    private static final int MIN_PARALLEL_WORK = 1 << 16;

    /** A row shorter than this is computed element by element. */
    private static final int MIN_LANES = 8;
    /** Operations that take about as long as an index and reading there. */
    private static final int READING = 3;
    /** Elements that are summed up one by one where they are cheap. */
    private static final int SHORT_SUM = 16;

    private final Kernel kernel;
    private final Set<Node> stored;
    private final Lowering lowering;
    private final Scopes scopes;
    private final Patterns patterns;
    private final Map<Integer, Axis> axisOf = new HashMap<>();
    private final List<Integer> outer = new ArrayList<>();
    private final List<Integer> inner = new ArrayList<>();
    private final Integer lane;
    private final Map<Node, Integer> ready = new HashMap<>();
    /** What is stored, and read by later stages. */
    private final Set<Node> readBack = new HashSet<>();

    private LoopKernel(Kernel kernel, Set<Node> stored, Roles roles, Buffers buffers) {
        this.kernel = kernel.withSharedInnerAxes();
        this.stored = new LinkedHashSet<>(stored);
        this.lowering = new Lowering(roles, buffers);
        this.scopes = lowering.scopes();
        this.patterns = Patterns.of(this.kernel, stored, roles);
        orderAxes();
        this.lane = patterns.laneAxis(outer, inner);
        // The lane axis is the innermost of its kind, so that its loop has nothing but lanes in it.
        moveToEnd(outer, lane);
        moveToEnd(inner, lane);
        keepDearValues();
        mergeNeighbours(outer);
        mergeNeighbours(inner);
    }

    /**
     * What costs much and is needed in several stages is stored in the first, and read back in the others. So is what costs
     * little, but more than being read, where it is stored for other kernels anyway.
     */
    private void keepDearValues() {
        Map<Node, Set<Integer>> uses = new HashMap<>();
        for (Node member : kernel.members().reversed()) {
            Set<Integer> stages = uses.computeIfAbsent(member, key -> new HashSet<>());
            if (stored.contains(member)) {
                stages.add(ready(member));
            }
            if (stages.size() > 1 && !Roles.isReduction(member) && !innerAxes(member).isEmpty()
                    && (!Roles.isCheap(member) || stored.contains(member) && cheapSteps(member) > READING)) {
                if (stored.add(member)) {
                    patterns.addStore(member, kernel.resultAxes(member));
                }
                readBack.add(member);
                stages.clear();
                stages.add(ready(member));
            }
            Set<Integer> needed = Roles.isReduction(member) ? Set.of(readyOperand(member)) : stages;
            for (Node operand : operandsInKernel(member)) {
                uses.computeIfAbsent(operand, key -> new HashSet<>()).addAll(needed);
            }
        }
    }

    /** How many cheap operations within a row compute a member, from what is read and from dear values. */
    private int cheapSteps(Node member) {
        Set<Node> steps = new HashSet<>();
        List<Node> open = new ArrayList<>(List.of(member));
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            if (Roles.isCheap(node) && !Roles.isReduction(node) && !innerAxes(node).isEmpty()
                    && steps.add(node)) {
                open.addAll(operandsInKernel(node));
            }
        }
        return steps.size();
    }

    private Set<Node> operandsInKernel(Node member) {
        Set<Node> found = new LinkedHashSet<>();
        List<Node> open = new ArrayList<>(member.inputs());
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            if (patterns.isMember(node)) {
                found.add(node);
            } else if (patterns.isInline(node)) {
                open.addAll(node.inputs());
            }
        }
        return found;
    }

    /** The loops, and how many indices the outermost one has. */
    record Lowered(Nest nest, Dim extent) {}

    static Lowered lower(String name, Kernel kernel, Set<Node> stored, Roles roles, Buffers buffers) {
        return new LoopKernel(kernel, stored, roles, buffers).lower(name);
    }

    // ---- axes

    private void orderAxes() {
        Set<Integer> order = new LinkedHashSet<>();
        List<Node> leading = new ArrayList<>(kernel.members().stream().filter(Roles::isReduction).toList());
        leading.addAll(stored);
        leading.addAll(kernel.members());
        for (Node member : leading) {
            for (Integer axis : kernel.axes(member)) {
                if (axis != null) {
                    Integer block = kernel.blockOf().get(axis);
                    if (block != null) {
                        order.add(block);
                    }
                    order.add(axis);
                }
            }
        }
        Set<Integer> kept = kernel.outer();
        for (Integer axis : order) {
            (kept.contains(axis) ? outer : inner).add(axis);
        }
        for (Integer axis : order) {
            axisOf.put(axis, new Axis((kept.contains(axis) ? "i" : "j") + axis));
        }
    }

    private static void moveToEnd(List<Integer> axes, Integer axis) {
        if (axes.removeIf(axis::equals)) {
            axes.add(axis);
        }
    }

    /** Two loops around each other become one where each access strides over both as over one. */
    private void mergeNeighbours(List<Integer> axes) {
        for (int at = axes.size() - 2; at >= 0; at--) {
            Integer slow = axes.get(at);
            Integer fast = axes.get(at + 1);
            boolean together = kernel.members().stream().allMatch(
                    member -> kernel.axes(member).contains(slow) == kernel.axes(member).contains(fast));
            if (together && !isBlocked(slow) && !isBlocked(fast) && patterns.canMerge(slow, fast)) {
                patterns.merge(slow, fast);
                axisOf.put(slow, Lowering.MERGED);
                axes.subList(at, at + 1).clear();
            }
        }
    }

    private boolean isBlocked(Integer axis) {
        return kernel.blockOf().containsKey(axis) || kernel.blockOf().containsValue(axis);
    }

    private List<Coordinate<Position>> positions(List<@Nullable Integer> axes) {
        List<Coordinate<Position>> positions = new ArrayList<>();
        for (Integer axis : axes) {
            positions.add(Coordinate.of(axis == null ? null : axisOf.get(axis)));
        }
        return positions;
    }

    private List<Coordinate<Position>> resultIndex(Node member) {
        return positions(kernel.resultAxes(member));
    }

    // ---- loops

    private Lowered lower(String name) {
        kernel.members().forEach(lowering::compute);
        boolean lanesOuter = !outer.isEmpty() && outer.getLast().equals(lane);
        List<Integer> rows = lanesOuter ? outer.subList(0, outer.size() - 1) : outer;
        Dim rowCount = Dim.of(1);
        for (Integer axis : rows) {
            rowCount = rowCount.times(patterns.extent(axis));
        }
        boolean cutLanes = lanesOuter && isFew(rowCount) && !isLittle();
        Dim extent;
        if (cutLanes) {
            extent = patterns.extent(lane);
            rows.forEach(axis -> scopes.enter(axis(axis)));
            scopes.enter(axis(lane));
            stages(Stmt.Order.SEQUENTIAL);
            scopes.leave(Bound.Param.FROM, Bound.Param.TO, Stmt.Order.LANES, List.of());
            rows.reversed().forEach(axis -> leaveWhole(axis, Stmt.Order.SEQUENTIAL));
        } else {
            extent = rowCount;
            if (rows.size() == 1) {
                scopes.enter(axis(rows.getFirst()));
            } else {
                Axis row = new Axis("row");
                scopes.enter(row);
                if (!rows.isEmpty()) {
                    scopes.define(new Stmt.Split(row, rows.stream().map(this::axis).toList(),
                            rows.stream().map(axis -> Bound.of(patterns.extent(axis))).toList()));
                }
            }
            if (lanesOuter) {
                scopes.enter(axis(lane));
                stages(Stmt.Order.SEQUENTIAL);
                leaveWhole(lane, Stmt.Order.LANES);
            } else {
                stages(Stmt.Order.LANES);
            }
            scopes.leave(Bound.Param.FROM, Bound.Param.TO, Stmt.Order.SEQUENTIAL, List.of());
        }
        return new Lowered(new Nest(name, scopes.finish()), extent);
    }

    private Axis axis(Integer number) {
        Axis axis = axisOf.get(number);
        if (axis == null) {
            throw InternalCompilerException.of("axis " + number + " has no loop");
        }
        return axis;
    }

    private void leaveWhole(Integer axis, Stmt.Order order) {
        leave(axis, order, List.of());
    }

    private void leave(Integer axis, Stmt.Order order, List<Accumulator> accumulators) {
        Integer block = kernel.blockOf().get(axis);
        Dim extent = patterns.extent(axis);
        if (block == null) {
            scopes.leave(Bound.of(0), Bound.of(extent), order, accumulators);
        } else {
            int size = patterns.blockSize(axis);
            scopes.leave(new Bound.Block(axis(block), size, extent, false),
                    new Bound.Block(axis(block), size, extent, true), order, accumulators);
        }
    }

    /** What a loop of a stage computes: reductions, and stores of values within rows. */
    private record Stage(List<Node> reductions, List<Node> stores) {
        Stage() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    /** Everything within one outer index. */
    private void stages(Stmt.Order order) {
        TreeMap<Integer, Map<List<Integer>, Stage>> levels = new TreeMap<>();
        List<Node> outerStores = new ArrayList<>();
        for (Node member : kernel.members()) {
            boolean reduction = Roles.isReduction(member);
            List<Integer> over = innerAxes(member);
            if (over.isEmpty()) {
                if (stored.contains(member)) {
                    outerStores.add(member);
                }
                if (reduction) {
                    // Over extents of 1 only: known as soon as its operand is.
                    levels.computeIfAbsent(readyOperand(member), key -> new java.util.LinkedHashMap<>())
                            .computeIfAbsent(over, key -> new Stage()).reductions().add(member);
                }
            } else if (reduction || stored.contains(member)) {
                Stage stage = levels
                        .computeIfAbsent(reduction ? readyOperand(member) : ready(member),
                                key -> new java.util.LinkedHashMap<>())
                        .computeIfAbsent(over, key -> new Stage());
                (reduction ? stage.reductions() : stage.stores()).add(member);
                if (reduction && stored.contains(member)) {
                    outerStores.add(member);
                }
            }
        }
        for (Map<List<Integer>, Stage> level : levels.values()) {
            level.forEach((over, stage) -> stage(over, stage, order));
            for (Stage stage : level.values()) {
                stage.stores().stream().filter(readBack::contains).forEach(lowering::readFromBuffer);
            }
        }
        outerStores.forEach(member -> lowering.store(member, resultIndex(member)));
    }

    private void stage(List<Integer> over, Stage stage, Stmt.Order order) {
        if (order == Stmt.Order.LANES && over.size() == 1 && isShortSum(over.getFirst(), stage)) {
            stage.reductions().forEach(reduction -> sumUp(reduction, over.getFirst()));
            return;
        }
        over.forEach(axis -> scopes.enter(axis(axis)));
        stage.stores().forEach(member -> lowering.store(member, resultIndex(member)));
        List<Value> operands = new ArrayList<>();
        for (Node reduction : stage.reductions()) {
            operands.add(lowering.value(reduction.input(0), positions(kernel.axes(reduction))));
        }
        for (Integer axis : over.reversed()) {
            List<Accumulator> accumulators = new ArrayList<>();
            for (int i = 0; i < operands.size(); i++) {
                accumulators.add(Accumulator.of(kind(stage.reductions().get(i)), operands.get(i)));
            }
            boolean lanes = order == Stmt.Order.LANES && axis.equals(over.getLast());
            leave(axis, lanes && !isShort(patterns.extent(axis)) ? Stmt.Order.LANES : Stmt.Order.SEQUENTIAL,
                    accumulators);
            operands = new ArrayList<>(accumulators.stream().<Value>map(Accumulator::result).toList());
        }
        for (int i = 0; i < operands.size(); i++) {
            Node reduction = stage.reductions().get(i);
            Value result = over.isEmpty() ? overNothing(reduction, operands.get(i)) : operands.get(i);
            lowering.define(reduction, resultIndex(reduction), result);
        }
    }

    /** Whether there are too few indices to share out among threads. */
    static boolean isFew(Dim extent) {
        return extent.isConstant() && extent.value() < MIN_PARALLEL;
    }

    /** Whether there is too little to share out among threads: better to know how many lanes there are. */
    private boolean isLittle() {
        Dim work = patterns.extent(lane);
        for (int axis : inner) {
            work = work.times(patterns.extent(axis));
        }
        return work.isConstant() && work.value() < MIN_PARALLEL_WORK;
    }

    /** Whether a loop is over before lanes would pay. */
    static boolean isShort(Dim extent) {
        return extent.isConstant() && extent.value() < MIN_LANES;
    }

    /** Whether putting lanes together would take longer than the sums of a row, or whatever they are, themselves. */
    private boolean isShortSum(Integer axis, Stage stage) {
        Dim extent = patterns.extent(axis);
        return extent.isConstant() && extent.value() > 0 && extent.value() <= SHORT_SUM
                && stage.stores().isEmpty()
                && stage.reductions().stream().noneMatch(reduction -> kind(reduction).isIndex())
                && kernel.members().stream().allMatch(member -> Roles.isReduction(member)
                        || Roles.isCheap(member) || innerAxes(member).isEmpty());
    }

    /** A reduction without a loop, so that what all rows have in common is loaded before the rows. */
    private void sumUp(Node reduction, Integer axis) {
        DType dtype = reduction.type().dtype();
        Accumulator.Kind kind = kind(reduction);
        Value sum = kind == Accumulator.Kind.SUM ? new Value.Constant(dtype, 0) : null;
        for (long i = 0; i < patterns.extent(axis).value(); i++) {
            List<Coordinate<Position>> index = positions(kernel.axes(reduction));
            index.set(kernel.axes(reduction).indexOf(axis), Coordinate.<Position>zero().moved(Dim.of(i), 1));
            Value operand = lowering.value(reduction.input(0), index);
            sum = sum == null ? operand
                    : scopes.let(new Value.Binary(dtype, kind.operation(), sum, operand));
        }
        lowering.define(reduction, resultIndex(reduction), Objects.requireNonNull(sum));
    }

    /** The reduction of one element. */
    private Value overNothing(Node reduction, Value operand) {
        DType dtype = reduction.type().dtype();
        return switch (kind(reduction)) {
            case SUM -> scopes
                    .let(new Value.Binary(dtype, Value.BinaryOp.ADD, new Value.Constant(dtype, 0), operand));
            case PROD, MAX, MIN, ANY, ALL -> operand;
            case ARGMAX, ARGMIN -> new Value.Constant(dtype, 0);
        };
    }

    private static Accumulator.Kind kind(Node reduction) {
        return switch (reduction.op()) {
            case Op.Reduce reduce -> Accumulator.Kind.valueOf(reduce.kind().name());
            case Op.Arg arg -> Accumulator.Kind.valueOf(arg.kind().name());
            default -> Accumulator.Kind.SUM;
        };
    }

    /** The inner axes that a member runs over; the last one has the lanes, if they are not on an outer axis. */
    private List<Integer> innerAxes(Node member) {
        List<@Nullable Integer> over = kernel.axes(member);
        List<Integer> axes = new ArrayList<>(inner);
        axes.retainAll(over);
        return axes;
    }

    /** How many stages must be done before {@code node} is known. */
    private int ready(Node node) {
        if (!ready.containsKey(node)) {
            boolean inKernel = patterns.isMember(node);
            int stages = 0;
            if (inKernel && Roles.isReduction(node)) {
                stages = readyOperand(node) + 1;
            } else if (inKernel || patterns.isInline(node)) {
                for (Node input : node.inputs()) {
                    stages = Math.max(stages, ready(input));
                }
            }
            ready.put(node, stages);
        }
        return ready.getOrDefault(node, 0);
    }

    private int readyOperand(Node reduction) {
        return ready(reduction.input(0));
    }
}
