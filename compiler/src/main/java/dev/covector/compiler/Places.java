package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds where operands of a contraction are that can be read in place. */
final class Places {
    private final DType dtype;
    private final Roles roles;
    private final Buffers buffers;

    Places(DType dtype, Roles roles, Buffers buffers) {
        this.dtype = dtype;
        this.roles = roles;
        this.buffers = buffers;
    }

    /**
     * Where rows of the left operand, or columns of the right one, are, whose steps lie side by side in memory; or, if they are
     * {@code neighbours}, which themselves lie side by side, with steps equally far from each other.
     */
    Optional<InPlace> ofLines(String name, Access.Role role, Operand operand, boolean neighbours) {
        List<Integer> contract = operand.counted(operand.contract());
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Map<Integer, Position> position = new HashMap<>();
        Scan.digits(Bound.Param.MATRIX, operand.counted(operand.batch()), operand.patterns(), scopes,
                position);
        Scan lines = role == Access.Role.STARTS
                ? new Scan("row", Scan.Part.whole(Bound.Param.M0, Bound.Param.M1), operand, operand.free(),
                        false)
                : new Scan("col", Scan.Part.whole(Bound.Param.N0, Bound.Param.N1), operand, operand.free(),
                        false);
        lines.enter(scopes);
        position.putAll(lines.counters());
        if (!Packing.isFloat(dtype) || contract.isEmpty()
                || !neighbours && !operand.patterns().isNeighbour(contract.getLast())
                || !Scan.digits(Bound.Param.K0, contract, operand.patterns(), scopes, position)) {
            return Optional.empty();
        }
        Access place = storePlace(lowering, operand, position, role, lines.position(1), new ArrayList<>());
        lines.leave(scopes, Stmt.Order.SEQUENTIAL);
        if (place == null) {
            return Optional.empty();
        }
        Dim step = place.stride(Bound.Param.K0);
        boolean apart = lines.isRegular() && place.stride(lines.all()).isExactly(1) && step.isConstant();
        return neighbours && !apart ? Optional.empty()
                : Optional.of(new InPlace(slot(place), new Nest(name, scopes.finish()), 1,
                        Math.toIntExact(step.value())));
    }

    /**
     * Where steps of the right operand are, if whole panels of its columns lie side by side in memory, one like the
     * other.
     */
    Optional<InPlace> ofSteps(String name, Operand operand) {
        Dim columns = operand.size(operand.free());
        if (!Packing.isFloat(dtype) || !operand.hasNeighbours() || !columns.isConstant()
                || columns.value() < Packing.columns(dtype)) {
            return Optional.empty();
        }
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Map<Integer, Position> position = new HashMap<>();
        Scan.digits(Bound.Param.MATRIX, operand.counted(operand.batch()), operand.patterns(), scopes,
                position);
        List<Integer> free = operand.counted(operand.free());
        boolean single = Scan.digits(Bound.Param.N0, free, operand.patterns(), scopes, position);
        Dim run = operand.patterns().extent(free.getLast());
        if (!single && !(run.isConstant() && run.value() % Packing.columns(dtype) == 0)) {
            return Optional.empty();
        }
        Scan steps = new Scan("step", Scan.Part.whole(Bound.Param.K0, Bound.Param.K1), operand,
                operand.contract(), true);
        steps.enterRuns(scopes);
        steps.enter(scopes);
        position.putAll(steps.counters());
        List<Lowering.Bounded> bounds = new ArrayList<>();
        Access place = storePlace(lowering, operand, position, Access.Role.PLACES, steps.position(1), bounds);
        steps.leave(scopes, Stmt.Order.SEQUENTIAL);
        steps.leaveRuns(scopes);
        if (place == null) {
            return Optional.empty();
        }
        // What has one step may have any.
        Dim step = operand.counted(operand.contract()).isEmpty() ? run : place.stride(steps.all());
        boolean regular = single && steps.isRegular() && bounds.isEmpty() && step.isConstant();
        return Optional.of(new InPlace(slot(place), new Nest(name, scopes.finish()),
                Math.toIntExact(run.value()), regular ? Math.toIntExact(step.value()) : 0));
    }

    /**
     * Whether a contraction reads windows of padding in place ({@link #ofSteps}), and can leave out what is outside: zeros
     * around what lies side by operand.
     */
    static boolean leavesOutPadding(Node product) {
        if (!(product.op() instanceof Op.Dot dot && product.input(1).op() instanceof Op.Windows windows
                && product.input(1).input(0).op() instanceof Op.Pad pad)
                || product.type().dtype() != DType.FLOAT32) {
            return false;
        }
        Node padded = product.input(1).input(0);
        Shape shape = padded.type().shape();
        int last = shape.rank() - 1;
        Dim rows = size(product.input(0), dot.batchA(), dot.contractA());
        Dim columns = size(product.input(1), dot.batchB(), dot.contractB());
        return padded.input(1).op() instanceof Op.Constant zero && zero.value().tensor().item() == 0
                && pad.interior().stream().allMatch(between -> between == 0)
                && !dot.batchB().contains(last) && !dot.contractB().contains(last)
                && !windows.axes().contains(last) && !Patterns.isPadded(pad, last)
                && Packing.arePanels(DType.FLOAT32, shape.dim(last)) && columns.isConstant()
                && rows.isConstant()
                && rows.value() <= Packing.MOST_ROWS_IN_PLACE
                && columns.value() >= Packing.MANY_COLUMNS * rows.value();
    }

    /** How many rows or columns an operand has. */
    private static Dim size(Node operand, List<Integer> batch, List<Integer> contract) {
        Shape shape = operand.type().shape();
        return Shape.of(IntStream.range(0, shape.rank())
                .filter(axis -> !batch.contains(axis) && !contract.contains(axis)).mapToObj(shape::dim)
                .toList()).size();
    }

    /**
     * Stores where the operand's element is in memory, -1 if one of {@code bounds}, which are added, is not kept; says where that is,
     * in which slot, or null if it has to be computed.
     */
    private static @Nullable Access storePlace(Lowering lowering, Operand operand,
            Map<Integer, Position> position,
            Access.Role role, List<Access.Term> target, List<Lowering.Bounded> bounds) {
        Scopes scopes = lowering.scopes();
        Access place = lowering.place(operand.node(),
                IndexMaps.at(IndexMaps.counters(operand.node().type().shape(),
                        axis -> Objects.requireNonNull(position.get(axis)))),
                bounds);
        if (place == null || !(place.array() instanceof Access.Array.Slot)) {
            return null;
        }
        Value at = new Value.Extent(DType.INT32, place.offset());
        for (Access.Term term : place.terms()) {
            Value way = scopes.let(new Value.Binary(DType.INT32, Value.BinaryOp.MUL,
                    new Value.Index(DType.INT32, term.position()),
                    new Value.Extent(DType.INT32, term.stride())));
            at = scopes.let(new Value.Binary(DType.INT32, Value.BinaryOp.ADD, at, way));
        }
        for (Lowering.Bounded bounded : bounds) {
            at = scopes.let(new Value.Select(DType.INT32, lowering.isWithin(bounded), at,
                    new Value.Constant(DType.INT32, -1)));
        }
        scopes.add(new Stmt.Store(new Access(new Access.Array.Packed(role, DType.INT32), Dim.of(0), target),
                at));
        return place;
    }

    private static int slot(Access place) {
        return ((Access.Array.Slot) place.array()).index();
    }
}
