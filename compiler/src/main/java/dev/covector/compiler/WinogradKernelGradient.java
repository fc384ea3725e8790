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
import dev.covector.runtime.kernel.FloatWinogradGradient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cotangent times windows as large as itself, at 3 × 3 places: the derivative of a convolution by its kernel, {@link
 * FloatWinogradGradient}. A step is 2 × 2 neighbours of the cotangent.
 */
final class WinogradKernelGradient extends Winograd {
    private final Op.Windows windows;
    /** The axes that rows and columns count, of the cotangent and of the windows. */
    private final int row;
    private final int column;

    private WinogradKernelGradient(Node product, Op.Windows windows, int row, int column) {
        super(product);
        this.windows = windows;
        this.row = row;
        this.column = column;
    }

    static Optional<WinogradKernelGradient> of(Node product, Op.Windows windows) {
        Op.Dot dot = (Op.Dot) product.op();
        Shape b = product.input(1).type().shape();
        int within = b.rank() - 2;
        List<Integer> rows =
                counted(product.input(0), others(product.input(0), dot.batchA(), dot.contractA()));
        List<Integer> columns =
                counted(product.input(1), others(product.input(1), dot.batchB(), dot.contractB()))
                        .stream().filter(axis -> !windows.axes().contains(axis)).toList();
        return isPlain(windows) && areThree(windows.counts()) && areEven(windows.windows())
                && rows.size() == 1 && columns.size() == 1
                && areMany(product.input(0).type().shape().dim(rows.getFirst()))
                && areMany(b.dim(columns.getFirst()))
                && dot.contractB().contains(within) && dot.contractB().contains(within + 1)
                && windows.axes().stream().noneMatch(dot.contractB()::contains)
                && counted(product.input(0), dot.batchA()).isEmpty()
                        ? Optional.of(new WinogradKernelGradient(product, windows, rows.getFirst(),
                                columns.getFirst())).filter(by -> pays(by.steps()))
                        : Optional.empty();
    }

    @Override
    Algorithm algorithm() {
        return Algorithm.WINOGRAD_GRADIENT;
    }

    @Override
    Dim rows() {
        return a.type().shape().dim(row);
    }

    @Override
    Dim columns() {
        return b.type().shape().dim(column);
    }

    @Override
    Dim steps() {
        return size(stepExtents());
    }

    /** Which position within a window an axis of the windows counts, if it does; else -1. */
    private int within(int axis) {
        return Math.max(-1, axis - b.type().shape().rank() + 2);
    }

    private List<Dim> stepExtents() {
        return dot.contractB().stream().map(axis -> within(axis) < 0 ? b.type().shape().dim(axis)
                : halved(b.type().shape().dim(axis))).toList();
    }

    private interface Index {
        /** The coordinates of an operand, of counters by axes of the windows. */
        List<Coordinate<Position>> of(Map<Integer, Axis> steps, Axis lane, int down, int right);
    }

    @Override
    Nest packA(String name, Roles roles, Buffers buffers) {
        return pack(name, roles, buffers, true, (steps, lane, down, right) -> {
            List<Coordinate<Position>> index = new ArrayList<>();
            for (int axis = 0; axis < a.type().shape().rank(); axis++) {
                int pair = dot.contractA().indexOf(axis);
                int axisB = pair < 0 ? -1 : dot.contractB().get(pair);
                Coordinate<Position> at = Coordinate.of(axis == row ? lane : steps.get(axisB));
                int spatial = pair < 0 ? -1 : within(axisB);
                index.add(spatial < 0 ? at : at.moved(Dim.of(spatial == 0 ? down : right), TOGETHER));
            }
            return index;
        });
    }

    @Override
    Nest packB(String name, Roles roles, Buffers buffers) {
        int rank = b.type().shape().rank() - 2;
        return pack(name, roles, buffers, false, (steps, lane, down, right) -> {
            List<Coordinate<Position>> index = new ArrayList<>();
            for (int axis = 0; axis < rank; axis++) {
                int spatial = windows.axes().indexOf(axis);
                index.add(spatial < 0 ? Coordinate.of(axis == column ? lane : steps.get(axis))
                        : Coordinate.<Position>of(steps.get(rank + spatial))
                                .moved(Dim.of(spatial == 0 ? down : right), TOGETHER));
            }
            return index;
        });
    }

    private Nest pack(String name, Roles roles, Buffers buffers, boolean ofA, Index index) {
        boolean neighbours = Patterns.of(ofA ? a : b, roles).isNeighbour(ofA ? row : column);
        Node operand = ofA ? a : b.input(0);
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Axis step = new Axis("step");
        Axis lane = new Axis(ofA ? "row" : "col");
        scopes.enter(step);
        Map<Integer, Axis> steps = split(step, dot.contractB(), stepExtents(), scopes);
        scopes.enter(lane);
        Element element = (down, right) -> lowering.value(operand, index.of(steps, lane, down, right));
        store(scopes, ofA ? Access.Role.A : Access.Role.B,
                ofA ? transformedCotangent(scopes, element) : transformedInput(scopes, element),
                ofA ? FloatWinogradGradient.PLANE_A : FloatWinogradGradient.PLANE_B,
                joined(behind(Bound.Param.K0, step, ofA ? FloatGemm.A_STRIDE : FloatGemm.TILE_N),
                        behind(ofA ? Bound.Param.M0 : Bound.Param.N0, lane, 1)));
        scopes.leave(ofA ? Bound.Param.M0 : Bound.Param.N0,
                ofA ? new Bound.Ahead(Bound.Param.M0, FloatGemm.A_STRIDE) : endOfColumns(),
                neighbours ? Stmt.Order.LANES : Stmt.Order.SEQUENTIAL, List.of());
        scopes.leave(Bound.Param.K0, Bound.Param.K1, Stmt.Order.SEQUENTIAL, List.of());
        return new Nest(name, scopes.finish());
    }

    @Override
    Map<Integer, Coordinate<Position>> coordinates(List<@Nullable Integer> axes, Position m, Position n,
            Scopes scopes) {
        List<Axis> position = matrix(WINDOW, scopes);
        Map<Integer, Coordinate<Position>> coordinates = new HashMap<>();
        int at = dot.batchA().size();
        for (int axis : others(a, dot.batchA(), dot.contractA())) {
            Integer number = axes.get(at++);
            if (number != null && axis == row) {
                coordinates.put(number, Coordinate.of(m));
            }
        }
        for (int axis : others(b, dot.batchB(), dot.contractB())) {
            Integer number = axes.get(at++);
            int spatial = windows.axes().indexOf(axis);
            if (number != null) {
                coordinates.put(number, Coordinate.of(spatial < 0 ? n : position.get(spatial)));
            }
        }
        return coordinates;
    }
}
