package dev.covector.compiler;

import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loops of what is put together from pieces, concat and pad. Along each axis, each piece has a part of the indices, and
 * loops of its own over it; what leads to it by movement and cheap arithmetic is computed there.
 *
 * <p>Threads share out the axes before the first one that is cut in parts; if there are none, they share out that one,
 * and each part is what a thread's range has of it.
 */
final class PieceKernel {
    /** Which operand of a pad is the padding. */
    private static final int PADDING = 1;

    /** Where the index of a loop is along an axis: at {@code offset + factor · index}. */
    private record Place(long factor, Dim offset) {
        static final Place SAME = new Place(1, Dim.of(0));

        Coordinate<Position> at(Axis counter) {
            return Coordinate.<Position>of(counter).moved(offset, factor);
        }

        Coordinate<Position> at(Dim index) {
            return Coordinate.<Position>zero().moved(offset.plus(index.times(factor)), 0);
        }
    }

    /**
     * Some indices along an axis.
     *
     * @param source  the operand that is there, or -1 for the one that the axes before tell
     * @param lower   where the loop begins, if that is within the axis
     * @param limit   the extent of the axis that the loop counts along
     * @param target  where the result is, as the loop counts
     * @param operand where the operand is
     */
    private record Part(int source, Dim lower, Dim upper, Dim limit, Place target, Place operand) {

        /** All of an axis along which the operands have the indices of the result. */
        static Part whole(Dim extent) {
            return new Part(-1, Dim.of(0), extent, extent, Place.SAME, Place.SAME);
        }

        /** From {@code start} on, where the operand has index 0. */
        static Part of(int source, Dim start, Dim end, Dim extent) {
            return new Part(source, start, end, extent, Place.SAME, new Place(1, start.times(-1)));
        }

        /** Whether the loop surely stays within the axis: negative padding may begin before it. */
        boolean isWithin() {
            return isWithin(lower) && isWithin(upper);
        }

        private boolean isWithin(Dim at) {
            return at.isNonNegative() && limit.minus(at).isNonNegative();
        }

        Bound from() {
            return within(lower);
        }

        Bound to() {
            return within(upper);
        }

        private Bound within(Dim at) {
            return isWithin(at) ? Bound.of(at)
                    : new Bound.Clamped(Bound.of(at), Bound.of(0), Bound.of(limit));
        }
    }

    /** An axis of the result, and its parts in the order in which they are written. */
    private record Cut(Dim extent, List<Part> parts) {
        static Cut none(Dim extent) {
            return new Cut(extent, List.of(Part.whole(extent)));
        }

        boolean isNone() {
            return parts.size() == 1 && parts.getFirst().source() < 0;
        }

        /** Whether some part leaves out indices in between, so that it counts otherwise than the result. */
        boolean isSpread() {
            return parts.stream().anyMatch(part -> part.target().factor() != 1);
        }
    }

    private final Node node;
    private final Lowering lowering;
    private final Scopes scopes;
    private final List<Cut> cuts;
    /** The axis that threads share out, if it is cut; else -1. */
    private int shared = -1;

    private PieceKernel(Node node, Lowering lowering, List<Cut> cuts) {
        this.node = node;
        this.lowering = lowering;
        this.scopes = lowering.scopes();
        this.cuts = cuts;
    }

    static LoopKernel.Lowered lower(String name, Node node, Lowering lowering, Roles roles) {
        List<Cut> cuts = switch (node.op()) {
            case Op.Concat concat -> concat(node, concat);
            case Op.Pad pad -> pad(node, pad);
            default -> throw InternalCompilerException.at(node, "it is not put together from pieces");
        };
        boolean inMemory = node.inputs().stream()
                .allMatch(input -> input.type().shape().rank() == 0 || roles.of(input) != Roles.Role.INLINE);
        return new PieceKernel(node, lowering, inMemory ? flattened(cuts) : cuts).lower(name);
    }

    // ---- parts

    private static List<Cut> concat(Node node, Op.Concat concat) {
        Shape shape = node.type().shape();
        List<Cut> cuts = new ArrayList<>(shape.dims().stream().map(Cut::none).toList());
        Dim extent = shape.dim(concat.axis());
        List<Part> parts = new ArrayList<>();
        Dim start = Dim.of(0);
        for (int i = 0; i < node.inputs().size(); i++) {
            Dim end = start.plus(node.input(i).type().shape().dim(concat.axis()));
            parts.add(Part.of(i, start, end, extent));
            start = end;
        }
        cuts.set(concat.axis(), new Cut(extent, parts));
        return cuts;
    }

    private static List<Cut> pad(Node node, Op.Pad pad) {
        List<Cut> cuts = new ArrayList<>();
        for (int axis = 0; axis < node.type().shape().rank(); axis++) {
            Dim n = node.input(0).type().shape().dim(axis);
            Dim extent = node.type().shape().dim(axis);
            Dim low = pad.low().get(axis);
            int step = 1 + pad.interior().get(axis);
            if (step > 1) { // padding everywhere, then the elements over it
                cuts.add(new Cut(extent, List.of(Part.of(PADDING, Dim.of(0), extent, extent),
                        new Part(0, low.times(-1).ceilDiv(step), extent.minus(low).ceilDiv(step), n,
                                new Place(step, low), Place.SAME))));
            } else if (low.isExactly(0) && pad.high().get(axis).isExactly(0)) {
                cuts.add(Cut.none(extent));
            } else {
                Dim end = low.plus(n);
                cuts.add(new Cut(extent, Stream.of(Part.of(PADDING, Dim.of(0), low, extent),
                        Part.of(0, low, end, extent), Part.of(PADDING, end, extent, extent))
                        .filter(part -> !part.lower().equals(part.upper())).toList()));
            }
        }
        return cuts;
    }

    /** If all operands lie in memory, the axes behind the last one that is cut are part of it: longer loops. */
    private static List<Cut> flattened(List<Cut> cuts) {
        int axis = cuts.size() - 1;
        while (axis > 0 && cuts.get(axis).isNone()) {
            axis--;
        }
        Cut cut = cuts.isEmpty() ? Cut.none(Dim.of(1)) : cuts.get(axis);
        if (cut.isNone() || cut.isSpread()) {
            return cuts;
        }
        Dim inner = Dim.of(1);
        for (Cut behind : cuts.subList(axis + 1, cuts.size())) {
            inner = inner.times(behind.extent());
        }
        Dim each = inner;
        Dim extent = cut.extent().times(each);
        List<Cut> flat = new ArrayList<>(cuts.subList(0, axis));
        flat.add(new Cut(extent, cut.parts().stream().map(part -> Part.of(part.source(),
                part.lower().times(each), part.upper().times(each), extent)).toList()));
        return flat;
    }

    // ---- loops

    private LoopKernel.Lowered lower(String name) {
        int first = 0;
        List<Axis> rows = new ArrayList<>();
        List<Bound> extents = new ArrayList<>();
        List<Coordinate<Position>> index = new ArrayList<>();
        Dim rowCount = Dim.of(1);
        while (first < cuts.size() && cuts.get(first).isNone()) {
            Dim extent = cuts.get(first).extent();
            Axis axis = extent.isExactly(1) ? null : new Axis("i" + first);
            if (axis != null) {
                rows.add(axis);
                extents.add(Bound.of(extent));
                rowCount = rowCount.times(extent);
            }
            index.add(Coordinate.of(axis));
            first++;
        }
        if (rows.isEmpty() && first < cuts.size() && !cuts.get(first).isSpread()) {
            shared = first;
            axis(first, 0, index, index);
            return new LoopKernel.Lowered(new Nest(name, scopes.finish()), cuts.get(first).extent());
        }
        Axis row = rows.size() == 1 ? rows.getFirst() : new Axis("row");
        scopes.enter(row);
        if (rows.size() > 1) {
            scopes.define(new Stmt.Split(row, rows, extents));
        }
        boolean loops = axis(first, 0, index, index);
        scopes.leave(Bound.Param.FROM, Bound.Param.TO, order(loops), List.of());
        return new LoopKernel.Lowered(new Nest(name, scopes.finish()), rowCount);
    }

    /** The innermost loop has the lanes. */
    private static Stmt.Order order(boolean hasLoops) {
        return hasLoops ? Stmt.Order.SEQUENTIAL : Stmt.Order.LANES;
    }

    /**
     * From {@code axis} on.
     *
     * @param source which operand it is, as far as the axes before tell
     * @return whether there are loops
     */
    private boolean axis(int axis, int source, List<Coordinate<Position>> target,
            List<Coordinate<Position>> operand) {
        if (axis == cuts.size()) {
            store(node.input(source), target, operand);
            return false;
        }
        // Where there is padding along one axis, there is nothing else along the others.
        boolean padding = node.op() instanceof Op.Pad && source == PADDING;
        Cut cut = padding ? Cut.none(cuts.get(axis).extent()) : cuts.get(axis);
        boolean loops = false;
        for (Part part : cut.parts()) {
            loops |= part(axis, part, part.source() < 0 ? source : part.source(), target, operand);
        }
        return loops;
    }

    private boolean part(int axis, Part part, int source, List<Coordinate<Position>> target,
            List<Coordinate<Position>> operand) {
        boolean one = part.upper().minus(part.lower()).isExactly(1) && part.isWithin() && axis != shared;
        Axis counter = new Axis("j" + axis);
        List<Coordinate<Position>> at = new ArrayList<>(target);
        List<Coordinate<Position>> from = new ArrayList<>(operand);
        at.add(one ? part.target().at(part.lower()) : part.target().at(counter));
        from.add(one ? part.operand().at(part.lower()) : part.operand().at(counter));
        if (one) {
            return axis(axis + 1, source, at, from);
        }
        scopes.enter(counter);
        Stmt.Order order = order(axis(axis + 1, source, at, from));
        if (axis == shared) {
            scopes.leave(new Bound.Clamped(Bound.Param.FROM, part.from(), part.to()),
                    new Bound.Clamped(Bound.Param.TO, part.from(), part.to()), order, List.of());
        } else {
            scopes.leave(part.from(), part.to(), order, List.of());
        }
        return true;
    }

    private void store(Node source, List<Coordinate<Position>> target, List<Coordinate<Position>> operand) {
        boolean scalar = source.type().shape().rank() == 0;
        scopes.add(new Stmt.Store(lowering.access(node, inFull(target)),
                lowering.value(source, scalar ? List.of() : inFull(operand))));
    }

    /** Flattened axes count as one, along the last one. */
    private List<Coordinate<Position>> inFull(List<Coordinate<Position>> index) {
        List<Coordinate<Position>> full = new ArrayList<>(index);
        while (full.size() < node.type().shape().rank()) {
            full.add(index.size() - 1, Coordinate.of(Lowering.MERGED));
        }
        return full;
    }
}
