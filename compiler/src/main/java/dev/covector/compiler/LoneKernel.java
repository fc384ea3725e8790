package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
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
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Loops of ops that no other joins. */
final class LoneKernel {
    private LoneKernel() {}

    static LoopKernel.Lowered lower(String name, Node node, Roles roles, Buffers buffers) {
        Lowering lowering = new Lowering(roles, buffers);
        return switch (node.op()) {
            case Op.CumSum sum -> cumSum(name, node, sum, lowering);
            case Op.ArgSort sort -> SortKernel.lower(name, node, sort, lowering);
            case Op.ScatterAdd scatter -> scatter(name, node, scatter, lowering);
            case Op.Pad pad -> PieceKernel.lower(name, node, lowering, roles);
            case Op.Concat concat -> PieceKernel.lower(name, node, lowering, roles);
            default -> throw InternalCompilerException.at(node, "it should share loops with others");
        };
    }

    /**
     * The other axes outside, the summed one inside, where an accumulator has the sum so far. The lanes are neighbours
     * of the last axis, if that is another one.
     */
    private static LoopKernel.Lowered cumSum(String name, Node node, Op.CumSum op, Lowering lowering) {
        Scopes scopes = lowering.scopes();
        List<Dim> dims = node.type().shape().dims();
        List<Axis> axes = new ArrayList<>();
        List<Coordinate<Position>> index = new ArrayList<>();
        for (int axis = 0; axis < dims.size(); axis++) {
            axes.add(new Axis((axis == op.axis() ? "j" : "i") + axis));
            index.add(Coordinate.of(axes.get(axis)));
        }
        if (op.reverse()) {
            Dim last = dims.get(op.axis()).plus(-1);
            index.set(op.axis(), index.get(op.axis()).moved(last, -1));
        }
        boolean lanes = op.axis() < dims.size() - 1;
        List<Integer> rows =
                IntStream.range(0, dims.size() - (lanes ? 1 : 0)).filter(axis -> axis != op.axis()).boxed()
                        .toList();
        Dim rowCount = Shape.of(rows.stream().map(dims::get).toList()).size();
        boolean cutLanes = lanes && LoopKernel.isFew(rowCount);
        if (cutLanes) {
            rows.forEach(axis -> scopes.enter(axes.get(axis)));
        } else {
            Axis row = new Axis("row");
            scopes.enter(row);
            scopes.define(new Stmt.Split(row, rows.stream().map(axes::get).toList(),
                    rows.stream().map(axis -> Bound.of(dims.get(axis))).toList()));
        }
        if (lanes) {
            scopes.enter(axes.getLast());
        }
        scopes.enter(axes.get(op.axis()));
        Value x = lowering.value(node.input(0), index);
        Accumulator sum = Accumulator.of(Accumulator.Kind.SUM, x);
        Value soFar = op.exclusive() ? sum.result()
                : scopes.letHere(new Value.Binary(x.dtype(), Value.BinaryOp.ADD, sum.result(), x));
        scopes.add(new Stmt.Store(lowering.access(node, index), soFar));
        scopes.leave(Bound.of(0), Bound.of(dims.get(op.axis())), Stmt.Order.SEQUENTIAL, List.of(sum));
        if (cutLanes) {
            scopes.leave(Bound.Param.FROM, Bound.Param.TO, Stmt.Order.LANES, List.of());
            rows.reversed().forEach(axis -> scopes.leave(Bound.of(0), Bound.of(dims.get(axis)),
                    Stmt.Order.SEQUENTIAL, List.of()));
            return new LoopKernel.Lowered(new Nest(name, scopes.finish()), dims.getLast());
        }
        if (lanes) {
            scopes.leave(Bound.of(0), Bound.of(dims.getLast()),
                    LoopKernel.isShort(dims.getLast()) ? Stmt.Order.SEQUENTIAL : Stmt.Order.LANES, List.of());
        }
        scopes.leave(Bound.Param.FROM, Bound.Param.TO, Stmt.Order.SEQUENTIAL, List.of());
        return new LoopKernel.Lowered(new Nest(name, scopes.finish()), rowCount);
    }

    /** A copy of the base, then each index adds its slice: one after the other, since two may be equal. */
    private static LoopKernel.Lowered scatter(String name, Node node, Op.ScatterAdd scatter,
            Lowering lowering) {
        Scopes scopes = lowering.scopes();
        Axis once = new Axis("once");
        scopes.enter(once);
        Shape shape = node.type().shape();
        List<@Nullable Position> all = counters("i", shape);
        enter(scopes, all);
        Value base = lowering.value(node.input(0), IndexMaps.at(all));
        scopes.add(new Stmt.Store(lowering.access(node, IndexMaps.at(all)), base));
        leave(scopes, all, shape, Stmt.Order.LANES);

        Node indices = node.input(1);
        Node updates = node.input(2);
        int added = indices.type().shape().rank();
        List<@Nullable Position> at = counters("u", updates.type().shape());
        List<@Nullable Position> which = at.subList(scatter.axis(), scatter.axis() + added);
        List<@Nullable Position> before = at.subList(0, scatter.axis());
        List<@Nullable Position> after = at.subList(scatter.axis() + added, at.size());
        enter(scopes, which);
        Value index = lowering.checked(node, lowering.value(indices, IndexMaps.at(which)),
                shape.dim(scatter.axis()));
        enter(scopes, before);
        enter(scopes, after);
        List<@Nullable Position> target = new ArrayList<>(before);
        target.add(index);
        target.addAll(after);
        DType dtype = node.type().dtype();
        Access element = lowering.access(node, IndexMaps.at(target));
        Value update = lowering.value(updates, IndexMaps.at(at));
        Value old = scopes.letHere(new Value.Load(dtype, element));
        scopes.add(new Stmt.Store(element,
                scopes.letHere(new Value.Binary(dtype, Value.BinaryOp.ADD, old, update))));
        List<Dim> dims = updates.type().shape().dims();
        leave(scopes, after, Shape.of(dims.subList(scatter.axis() + added, dims.size())), Stmt.Order.LANES);
        leave(scopes, before, Shape.of(dims.subList(0, scatter.axis())), Stmt.Order.SEQUENTIAL);
        leave(scopes, which, indices.type().shape(), Stmt.Order.SEQUENTIAL);
        scopes.leave(Bound.Param.FROM, Bound.Param.TO, Stmt.Order.SEQUENTIAL, List.of());
        return new LoopKernel.Lowered(new Nest(name, scopes.finish()), Dim.of(1));
    }

    private static List<@Nullable Position> counters(String prefix, Shape shape) {
        return IndexMaps.counters(shape, axis -> new Axis(prefix + axis));
    }

    private static void enter(Scopes scopes, List<@Nullable Position> index) {
        for (Position position : index) {
            if (position instanceof Axis axis) {
                scopes.enter(axis);
            }
        }
    }

    /** Closes the loops of an index; the innermost one, if it has any, runs in the order given. */
    private static void leave(Scopes scopes, List<@Nullable Position> index, Shape shape,
            Stmt.Order innermost) {
        Stmt.Order order = innermost;
        for (int axis : IntStream.range(0, index.size()).boxed().toList().reversed()) {
            if (index.get(axis) != null) {
                scopes.leave(Bound.of(0), Bound.of(shape.dim(axis)), order, List.of());
                order = Stmt.Order.SEQUENTIAL;
            }
        }
    }
}
