package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.kernel.FloatGemm;
import dev.covector.runtime.kernel.FloatWinograd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A contraction of sliding windows of 3 × 3 as Winograd's algorithm has it, 2 × 2 windows at a time: the nests that
 * transform both operands while they pack them ({@link FloatWinograd}), and where a finished element is.
 */
final class Winograd {
    private static final int WINDOW = 3;
    /** Windows beside each other, in both directions, that are computed together. */
    private static final int TOGETHER = 2;
    /** Elements beside each other that those cover. */
    private static final int COVERED = TOGETHER + WINDOW - 1;
    /** Of channels summed over: whole vectors of any width, so that no code is needed for the rest. */
    private static final int CHANNELS = 16;
    /** With fewer channels on either side, transforming takes longer than what it saves. */
    private static final int LEAST_CHANNELS = 32;
    /** So that rows of a tile, packed, stay in a second-level cache. */
    private static final int MOST_CHANNELS = 512;

    private final Node slid;
    private final Op.Windows windows;
    private final Node kernel;
    private final Op.Dot dot;
    /** The axis of channels of either operand. */
    private final int channelsA;
    private final int channelsB;

    private Winograd(Node product, Op.Windows windows, int channelsA, int channelsB) {
        this.slid = product.input(0);
        this.kernel = product.input(1);
        this.dot = (Op.Dot) product.op();
        this.windows = windows;
        this.channelsA = channelsA;
        this.channelsB = channelsB;
    }

    /** The contraction, if this is one that is better computed so; by shape alone. */
    static Optional<Winograd> of(Node product) {
        if (!(product.op() instanceof Op.Dot dot) || product.type().dtype() != DType.FLOAT32
                || !(product.input(0).op() instanceof Op.Windows windows)
                || !windows.windows().equals(List.of(Dim.of(WINDOW), Dim.of(WINDOW)))
                || !windows.strides().equals(List.of(1, 1)) || !windows.dilations().equals(List.of(1, 1))) {
            return Optional.empty();
        }
        Shape a = product.input(0).type().shape();
        Shape b = product.input(1).type().shape();
        int within = a.rank() - 2;
        List<Integer> other = dot.contractA().stream().filter(axis -> axis < within).toList();
        boolean whole = dot.contractA().contains(within) && dot.contractA().contains(within + 1)
                && other.size() == 1 && windows.axes().stream().noneMatch(dot.contractA()::contains);
        boolean even = windows.counts().stream().allMatch(Winograd::isEven);
        boolean single = dot.batchA().stream().allMatch(axis -> a.dim(axis).isExactly(1));
        if (!whole || !even || !single) {
            return Optional.empty();
        }
        int channelsB = dot.contractB().get(dot.contractA().indexOf(other.getFirst()));
        Dim channels = a.dim(other.getFirst());
        Dim columns = Shape.of(free(b, dot.batchB(), dot.contractB()).stream().map(b::dim).toList()).size();
        return channels.isConstant() && channels.value() % CHANNELS == 0
                && channels.value() >= LEAST_CHANNELS && channels.value() <= MOST_CHANNELS
                && columns.isConstant() && columns.value() >= LEAST_CHANNELS
                        ? Optional.of(new Winograd(product, windows, other.getFirst(), channelsB))
                        : Optional.empty();
    }

    private static boolean isEven(Dim dim) {
        return dim.isConstant() && dim.value() > 0 && dim.value() % TOGETHER == 0;
    }

    private static List<Integer> free(Shape shape, List<Integer> batch, List<Integer> contract) {
        return IntStream.range(0, shape.rank()).boxed()
                .filter(axis -> !batch.contains(axis) && !contract.contains(axis)).toList();
    }

    // ---- sizes

    int channels() {
        return Math.toIntExact(slid.type().shape().dim(channelsA).value());
    }

    /** How many rows there are: of 2 × 2 windows each. */
    Dim rows() {
        return Shape.of(rowAxes().stream().map(this::rowExtent).toList()).size();
    }

    /** The axes of the left operand, and of the product behind the batch, that rows count. */
    private List<Integer> rowAxes() {
        return free(slid.type().shape(), dot.batchA(), dot.contractA());
    }

    private Dim rowExtent(int axis) {
        Dim extent = slid.type().shape().dim(axis);
        return windows.axes().contains(axis) ? Dim.of(extent.value() / TOGETHER) : extent;
    }

    /** What counts along each axis that rows count; an axis of windows counts them by twos. */
    private Map<Integer, Axis> splitRows(Position row, Scopes scopes) {
        Map<Integer, Axis> counters = new HashMap<>();
        List<Integer> axes = rowAxes().stream().filter(axis -> !rowExtent(axis).isExactly(1)).toList();
        for (int axis : axes) {
            counters.put(axis, new Axis(row + "" + axis));
        }
        if (!axes.isEmpty()) {
            scopes.define(new Stmt.Split(row, axes.stream().map(counters::get).toList(),
                    axes.stream().map(axis -> Bound.of(rowExtent(axis))).toList()));
        }
        return counters;
    }

    // ---- packing

    /** Rows of A: what 2 × 2 windows cover, transformed, channels side by side. */
    Nest packA(String name, Roles roles, Buffers buffers) {
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Axis row = new Axis("row");
        scopes.enter(row);
        Map<Integer, Axis> counters = splitRows(row, scopes);
        Axis channel = new Axis("channel");
        counters.put(channelsA, channel);
        scopes.enter(channel);
        Node base = slid.input(0);
        Value[][] covered = new Value[COVERED][COVERED];
        for (int i = 0; i < COVERED; i++) {
            for (int j = 0; j < COVERED; j++) {
                List<Coordinate<Position>> index = new ArrayList<>();
                for (int axis = 0; axis < base.type().shape().rank(); axis++) {
                    Coordinate<Position> at = Coordinate.of(counters.get(axis));
                    int spatial = windows.axes().indexOf(axis);
                    index.add(spatial < 0 ? at : at.moved(Dim.of(spatial == 0 ? i : j), TOGETHER));
                }
                covered[i][j] = lowering.value(base, index);
            }
        }
        int stride = FloatWinograd.rowStride(channels());
        store(scopes, Access.Role.A, transformed(covered, x -> List.of(
                scopes.let(binary(BinaryOp.SUB, x.get(0), x.get(2))),
                scopes.let(binary(BinaryOp.ADD, x.get(1), x.get(2))),
                scopes.let(binary(BinaryOp.SUB, x.get(2), x.get(1))),
                scopes.let(binary(BinaryOp.SUB, x.get(1), x.get(3))))), channels(), List.of(
                        new Access.Term(Dim.of(stride), row),
                        new Access.Term(Dim.of(-stride), Bound.Param.M0),
                        new Access.Term(Dim.of(1), channel)));
        scopes.leave(Bound.of(0), Bound.of(channels()), Stmt.Order.LANES, List.of());
        scopes.leave(Bound.Param.M0, Bound.Param.M1, Stmt.Order.SEQUENTIAL, List.of());
        return new Nest(name, scopes.finish());
    }

    /** Panels of the transformed kernel. */
    Nest packB(String name, Roles roles, Buffers buffers) {
        Shape shape = kernel.type().shape();
        List<Integer> free = free(shape, dot.batchB(), dot.contractB()).stream()
                .filter(axis -> !shape.dim(axis).isExactly(1)).toList();
        boolean neighbours = free.size() == 1 && Patterns.of(kernel, roles).isNeighbour(free.getFirst());
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Axis step = new Axis("step");
        Axis column = new Axis("col");
        scopes.enter(neighbours ? step : column);
        scopes.enter(neighbours ? column : step);
        Map<Integer, Position> counters = new HashMap<>(Map.of(channelsB, step));
        if (free.size() == 1) {
            counters.put(free.getFirst(), column);
        } else {
            List<Axis> digits = free.stream().map(axis -> new Axis("col" + axis)).toList();
            scopes.define(new Stmt.Split(column, digits,
                    free.stream().map(axis -> Bound.of(shape.dim(axis))).toList()));
            IntStream.range(0, free.size()).forEach(i -> counters.put(free.get(i), digits.get(i)));
        }
        int within = slid.type().shape().rank() - 2;
        int first = dot.contractB().get(dot.contractA().indexOf(within));
        int second = dot.contractB().get(dot.contractA().indexOf(within + 1));
        Value[][] window = new Value[WINDOW][WINDOW];
        for (int i = 0; i < WINDOW; i++) {
            for (int j = 0; j < WINDOW; j++) {
                List<Coordinate<Position>> index = new ArrayList<>();
                for (int axis = 0; axis < shape.rank(); axis++) {
                    Coordinate<Position> at = Coordinate.of(counters.get(axis));
                    index.add(axis == first || axis == second
                            ? at.moved(Dim.of(axis == first ? i : j), 1) : at);
                }
                window[i][j] = lowering.value(kernel, index);
            }
        }
        Value half = new Value.Constant(DType.FLOAT32, 0.5);
        int tile = FloatGemm.TILE_N;
        store(scopes, Access.Role.B, transformed(window, x -> {
            Value ends = scopes.let(binary(BinaryOp.ADD, x.get(0), x.get(2)));
            Value sum = scopes.let(binary(BinaryOp.ADD, ends, x.get(1)));
            Value difference = scopes.let(binary(BinaryOp.SUB, ends, x.get(1)));
            return List.of(x.get(0), scopes.let(binary(BinaryOp.MUL, sum, half)),
                    scopes.let(binary(BinaryOp.MUL, difference, half)), x.get(2));
        }), channels() * tile, List.of(new Access.Term(Dim.of(tile), step),
                new Access.Term(Dim.of(-tile), Bound.Param.K0), new Access.Term(Dim.of(1), column),
                new Access.Term(Dim.of(-1), Bound.Param.N0)));
        leave(scopes, neighbours, neighbours ? Stmt.Order.LANES : Stmt.Order.SEQUENTIAL);
        leave(scopes, !neighbours, Stmt.Order.SEQUENTIAL);
        return new Nest(name, scopes.finish());
    }

    private void leave(Scopes scopes, boolean columns, Stmt.Order order) {
        if (columns) {
            scopes.leave(Bound.Param.N0, Bound.Param.N1, order, List.of());
        } else {
            scopes.leave(Bound.Param.K0, Bound.Param.K1, order, List.of());
        }
    }

    private interface Transform {
        List<Value> of(List<Value> line);
    }

    /** The transform of each column, and then of each row of what that makes. */
    private static List<Value> transformed(Value[][] square, Transform transform) {
        List<List<Value>> columns = new ArrayList<>();
        for (int j = 0; j < square.length; j++) {
            int at = j;
            columns.add(
                    transform.of(IntStream.range(0, square.length).mapToObj(i -> square[i][at]).toList()));
        }
        List<Value> planes = new ArrayList<>();
        for (int i = 0; i < columns.getFirst().size(); i++) {
            int at = i;
            planes.addAll(transform.of(columns.stream().map(column -> column.get(at)).toList()));
        }
        return planes;
    }

    private static Value binary(BinaryOp op, Value a, Value b) {
        return new Value.Binary(DType.FLOAT32, op, a, b);
    }

    private static void store(Scopes scopes, Access.Role role, List<Value> planes, int plane,
            List<Access.Term> terms) {
        for (int p = 0; p < planes.size(); p++) {
            scopes.add(new Stmt.Store(
                    new Access(new Access.Array.Packed(role, DType.FLOAT32), Dim.of((long) p * plane), terms),
                    planes.get(p)));
        }
    }

    // ---- what is made of a finished tile

    /**
     * The coordinate along each axis of the kernel, of {@code axes} that the product's rows have, of the row {@code row};
     * the matrix is which of its four windows.
     */
    Map<Integer, Coordinate<Position>> coordinates(List<@Nullable Integer> axes, Position row,
            Scopes scopes) {
        Axis down = new Axis("down");
        Axis right = new Axis("right");
        scopes.define(new Stmt.Split(Bound.Param.MATRIX, List.of(down, right),
                List.of(Bound.of(TOGETHER), Bound.of(TOGETHER))));
        Map<Integer, Axis> counters = splitRows(row, scopes);
        Map<Integer, Coordinate<Position>> coordinates = new HashMap<>();
        List<Integer> rowAxes = rowAxes();
        for (int i = 0; i < rowAxes.size(); i++) {
            int axis = rowAxes.get(i);
            Coordinate<Position> at = Coordinate.of(counters.get(axis));
            int spatial = windows.axes().indexOf(axis);
            if (spatial >= 0) {
                at = at.moved(Dim.of(0), TOGETHER).plus(Coordinate.of(spatial == 0 ? down : right));
            }
            Integer number = axes.get(i);
            if (number != null) {
                coordinates.put(number, at);
            }
        }
        return coordinates;
    }
}
