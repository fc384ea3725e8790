package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.kernel.Algorithm;
import dev.covector.runtime.kernel.FloatGemm;
import dev.covector.runtime.kernel.FloatWinograd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Windows of 3 × 3 times a kernel: {@link FloatWinograd}. A row is 2 × 2 windows, a step a channel. */
final class WinogradConvolution extends Winograd {
    /** Of channels summed over: whole vectors of any width, so that no code is needed for the rest. */
    private static final int CHANNELS = 16;
    /** So that rows of a tile, packed, stay in a second-level cache. */
    private static final int MOST_CHANNELS = 512;

    private final Op.Windows windows;
    /** The axis of channels of either operand, and the one that columns count. */
    private final int channelsA;
    private final int channelsB;
    private final int column;

    private WinogradConvolution(Node product, Op.Windows windows, int channelsA, int column) {
        super(product);
        this.windows = windows;
        this.channelsA = channelsA;
        this.channelsB = partner(channelsA);
        this.column = column;
    }

    static Optional<WinogradConvolution> of(Node product, Op.Windows windows) {
        Op.Dot dot = (Op.Dot) product.op();
        Shape a = product.input(0).type().shape();
        int within = a.rank() - 2;
        List<Integer> summed = dot.contractA().stream().filter(axis -> axis < within).toList();
        List<Integer> columns =
                counted(product.input(1), others(product.input(1), dot.batchB(), dot.contractB()));
        if (!isPlain(windows) || !areThree(windows.windows()) || !areEven(windows.counts())
                || dot.contractA().size() != 3 || summed.size() != 1 || columns.size() != 1
                || windows.axes().stream().anyMatch(dot.contractA()::contains)
                || !counted(product.input(0), dot.batchA()).isEmpty()) {
            return Optional.empty();
        }
        Dim channels = a.dim(summed.getFirst());
        return areMany(channels) && channels.value() % CHANNELS == 0 && channels.value() <= MOST_CHANNELS
                && areMany(product.input(1).type().shape().dim(columns.getFirst()))
                        ? Optional.of(new WinogradConvolution(product, windows, summed.getFirst(),
                                columns.getFirst())).filter(by -> pays(by.rows()))
                        : Optional.empty();
    }

    /** The axis of the kernel that is contracted with this one of the windows. */
    private int partner(int axis) {
        return dot.contractB().get(dot.contractA().indexOf(axis));
    }

    @Override
    Algorithm algorithm() {
        return Algorithm.WINOGRAD;
    }

    @Override
    Dim rows() {
        return size(rowExtents());
    }

    @Override
    Dim columns() {
        return b.type().shape().dim(column);
    }

    @Override
    Dim steps() {
        return Dim.of(channels());
    }

    private int channels() {
        return Math.toIntExact(a.type().shape().dim(channelsA).value());
    }

    private List<Integer> rowAxes() {
        return others(a, dot.batchA(), dot.contractA());
    }

    private List<Dim> rowExtents() {
        return rowAxes().stream().map(axis -> windows.axes().contains(axis)
                ? halved(a.type().shape().dim(axis)) : a.type().shape().dim(axis)).toList();
    }

    @Override
    Nest packA(String name, Roles roles, Buffers buffers) {
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Axis row = new Axis("row");
        Axis channel = new Axis("channel");
        scopes.enter(row);
        Map<Integer, Axis> counters = split(row, rowAxes(), rowExtents(), scopes);
        counters.put(channelsA, channel);
        scopes.enter(channel);
        Node base = a.input(0);
        store(scopes, Access.Role.A, transformedInput(scopes, (down, right) -> {
            List<Coordinate<Position>> index = new ArrayList<>();
            for (int axis = 0; axis < base.type().shape().rank(); axis++) {
                Coordinate<Position> at = Coordinate.of(counters.get(axis));
                int spatial = windows.axes().indexOf(axis);
                index.add(spatial < 0 ? at : at.moved(Dim.of(spatial == 0 ? down : right), TOGETHER));
            }
            return lowering.value(base, index);
        }), channels(), joined(behind(Bound.Param.M0, row, FloatWinograd.rowStride(channels())),
                List.of(new Access.Term(Dim.of(1), channel))));
        scopes.leave(Bound.of(0), Bound.of(channels()), Stmt.Order.LANES, List.of());
        scopes.leave(Bound.Param.M0, Bound.Param.M1, Stmt.Order.SEQUENTIAL, List.of());
        return new Nest(name, scopes.finish());
    }

    @Override
    Nest packB(String name, Roles roles, Buffers buffers) {
        boolean neighbours = Patterns.of(b, roles).isNeighbour(column);
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Axis step = new Axis("step");
        Axis col = new Axis("col");
        scopes.enter(neighbours ? step : col);
        scopes.enter(neighbours ? col : step);
        int within = a.type().shape().rank() - 2;
        store(scopes, Access.Role.B, transformedKernel(scopes, (down, right) -> {
            List<Coordinate<Position>> index = new ArrayList<>();
            for (int axis = 0; axis < b.type().shape().rank(); axis++) {
                index.add(axis == channelsB ? Coordinate.of(step)
                        : axis == column ? Coordinate.of(col)
                        : Coordinate.<Position>zero().moved(Dim.of(axis == partner(within) ? down
                                : axis == partner(within + 1) ? right : 0), 1));
            }
            return lowering.value(b, index);
        }), channels() * FloatGemm.TILE_N, joined(behind(Bound.Param.K0, step, FloatGemm.TILE_N),
                behind(Bound.Param.N0, col, 1)));
        if (neighbours) {
            scopes.leave(Bound.Param.N0, endOfColumns(), Stmt.Order.LANES, List.of());
            scopes.leave(Bound.Param.K0, Bound.Param.K1, Stmt.Order.SEQUENTIAL, List.of());
        } else {
            scopes.leave(Bound.Param.K0, Bound.Param.K1, Stmt.Order.SEQUENTIAL, List.of());
            scopes.leave(Bound.Param.N0, Bound.Param.N1, Stmt.Order.SEQUENTIAL, List.of());
        }
        return new Nest(name, scopes.finish());
    }

    @Override
    Map<Integer, Coordinate<Position>> coordinates(List<@Nullable Integer> axes, Position row, Position col,
            Scopes scopes) {
        List<Axis> position = matrix(TOGETHER, scopes);
        Map<Integer, Axis> counters = split(row, rowAxes(), rowExtents(), scopes);
        Map<Integer, Coordinate<Position>> coordinates = new HashMap<>();
        int at = dot.batchA().size();
        for (int axis : rowAxes()) {
            Integer number = axes.get(at++);
            Coordinate<Position> counted = Coordinate.of(counters.get(axis));
            int spatial = windows.axes().indexOf(axis);
            if (number != null) {
                coordinates.put(number, spatial < 0 ? counted
                        : counted.moved(Dim.of(0), TOGETHER).plus(Coordinate.of(position.get(spatial))));
            }
        }
        for (int axis : others(b, dot.batchB(), dot.contractB())) {
            Integer number = axes.get(at++);
            if (number != null && axis == column) {
                coordinates.put(number, Coordinate.of(col));
            }
        }
        return coordinates;
    }
}
