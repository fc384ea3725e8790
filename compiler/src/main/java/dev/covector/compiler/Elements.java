package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The elements of nodes during a call of a function whose ops are separate kernels: what they are, and which of them an
 * element is computed from. For messages: nothing here is fast.
 */
final class Elements {
    private final Map<Node, Integer> slots;
    private final Frame frame;
    private final ToLongFunction<String> dims;

    /** {@code slots} has all nodes that are in memory. */
    Elements(Map<Node, Integer> slots, Frame frame, ToLongFunction<String> dims) {
        this.slots = slots;
        this.frame = frame;
        this.dims = dims;
    }

    /** An element of a node that is in memory, a literal or counted: movement is followed to what is moved. */
    record Place(Node node, int[] index) {}

    /** Is told of an element that enters another; answers whether it has seen enough. */
    interface Visitor {
        boolean visit(Place place);
    }

    // ---- indices

    int[] shape(Node node) {
        return node.type().shape().dims().stream().mapToInt(this::extent).toArray();
    }

    int extent(Dim dim) {
        return Math.toIntExact(dim.evaluate(dims));
    }

    static int size(int[] shape) {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /** Which element in row-major order. */
    static int flat(int[] index, int[] shape) {
        int flat = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            flat = flat * shape[axis] + index[axis];
        }
        return flat;
    }

    /** The index of an element in row-major order. */
    static int[] index(int flat, int[] shape) {
        int[] index = new int[shape.length];
        int rest = flat;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return index;
    }

    // ---- values

    /** Where {@code node} at {@code index} is found. */
    Place place(Node node, int[] index) {
        Node at = node;
        int[] where = index;
        while (!slots.containsKey(at) && (Roles.isMovement(at) || at.op() instanceof Op.Reshape)) {
            where = moved(at, where);
            at = at.input(0);
        }
        return new Place(at, where);
    }

    /** The index at which a movement op, or a reshape, looks at its operand. */
    private int[] moved(Node node, int[] index) {
        if (node.op() instanceof Op.Reshape) {
            return index(flat(index, shape(node)), shape(node.input(0)));
        }
        List<@Nullable Integer> axes = new ArrayList<>();
        IntStream.range(0, index.length).forEach(axes::add);
        return IndexMaps.operand(node, 0, IndexMaps.at(axes)).stream().mapToInt(at -> {
            long place = at.offset().evaluate(dims);
            for (Coordinate.Term<Integer> term : at.terms()) {
                place += term.factor() * index[term.counter()];
            }
            return Math.toIntExact(place);
        }).toArray();
    }

    Number value(Node node, int[] index) {
        return value(place(node, index));
    }

    /** A number of the node's type; bools are 0 and 1. */
    Number value(Place place) {
        Node node = place.node();
        Integer slot = slots.get(node);
        if (slot != null) {
            return element(slot, flat(place.index(), shape(node)));
        }
        return switch (node.op()) {
            case Op.Constant constant -> node.type().dtype().isInteger() ? constant.value().tensor().getLong()
                    : (Number) constant.value().tensor().item();
            case Op.Iota iota -> place.index()[iota.axis()];
            case Op.Extent extent -> extent.dim().evaluate(dims);
            // What a small contraction sums up, and only it reads.
            case Op.Binary product -> {
                Number a = value(node.input(0), place.index());
                Number b = value(node.input(1), place.index());
                yield a instanceof Float ? (Number) (a.floatValue() * b.floatValue())
                        : a instanceof Double ? (Number) (a.doubleValue() * b.doubleValue())
                        : a.longValue() * b.longValue();
            }
            default -> throw InternalCompilerException.at(node, "it is not in memory");
        };
    }

    private Number element(int slot, int flat) {
        int at = frame.offsets[slot] + flat;
        return switch (frame.buffers[slot]) {
            case float[] array -> array[at];
            case double[] array -> array[at];
            case int[] array -> array[at];
            case long[] array -> array[at];
            case boolean[] array -> array[at] ? 1 : 0;
            case byte[] array -> array[at];
            default -> throw new IllegalStateException("no array of numbers in slot " + slot);
        };
    }

    // ---- what enters

    /**
     * Visits the elements that {@code node} at {@code index} is computed from, until the visitor has seen enough: of a
     * select, only what it chooses.
     *
     * @return whether it has
     */
    boolean visit(Node node, int[] index, Visitor visitor) {
        return switch (node.op()) {
            case Op.Select select -> visit(node.input(value(node.input(0), index).intValue() != 0 ? 1 : 2),
                    index, visitor, true);
            case Op.Reduce reduce -> along(node.input(0), reduce.axes(), index, visitor);
            case Op.PartialSum partial -> {
                int extent = extent(node.input(0).type().shape().dim(partial.axis()));
                int first = index[partial.axis()] * partial.block();
                yield range(node.input(0), partial.axis(), first, Math.min(extent, first + partial.block()),
                        index, visitor);
            }
            case Op.CumSum sum -> {
                int i = index[sum.axis()];
                int self = sum.exclusive() ? 0 : 1;
                int extent = extent(node.type().shape().dim(sum.axis()));
                yield range(node.input(0), sum.axis(), sum.reverse() ? i + 1 - self : 0,
                        sum.reverse() ? extent : i + self, index, visitor);
            }
            case Op.Dot dot -> dot(node, dot, index, visitor);
            case Op.Gather gather -> {
                int added = node.input(1).type().shape().rank();
                int[] which = Arrays.copyOfRange(index, gather.axis(), gather.axis() + added);
                int at = value(node.input(1), which).intValue();
                yield visit(node.input(0), spliced(index, gather.axis(), added, at), visitor, true);
            }
            case Op.ScatterAdd scatter -> {
                boolean enough = visit(node.input(0), index, visitor, true);
                int[] indices = shape(node.input(1));
                for (int flat = 0; flat < size(indices) && !enough; flat++) {
                    int[] which = index(flat, indices);
                    if (value(node.input(1), which).longValue() == index[scatter.axis()]) {
                        enough = visit(node.input(2), spliced(index, scatter.axis(), 1, which), visitor,
                                true);
                    }
                }
                yield enough;
            }
            case Op.Pad pad -> pad(node, pad, index, visitor);
            case Op.Concat concat -> {
                int[] at = index.clone();
                int piece = 0;
                while (at[concat.axis()] >= shape(node.input(piece))[concat.axis()]) {
                    at[concat.axis()] -= shape(node.input(piece++))[concat.axis()];
                }
                yield visit(node.input(piece), at, visitor, true);
            }
            default -> {
                boolean moves = Roles.isMovement(node) || node.op() instanceof Op.Reshape;
                boolean enough = false;
                for (int i = 0; i < node.inputs().size() && !enough; i++) {
                    enough = visit(node.input(i), moves ? moved(node, index) : index, visitor, true);
                }
                yield enough;
            }
        };
    }

    /** {@code index} with {@code count} axes from {@code axis} on replaced. */
    private static int[] spliced(int[] index, int axis, int count, int... by) {
        int[] result = new int[index.length - count + by.length];
        System.arraycopy(index, 0, result, 0, axis);
        System.arraycopy(by, 0, result, axis, by.length);
        System.arraycopy(index, axis + count, result, axis + by.length, index.length - axis - count);
        return result;
    }

    private boolean visit(Node operand, int[] index, Visitor visitor, boolean inMemory) {
        Place place = place(operand, index);
        boolean product = inMemory && !slots.containsKey(place.node())
                && place.node().op() instanceof Op.Binary;
        return product
                ? visit(place.node().input(0), place.index(), visitor, false)
                        || visit(place.node().input(1), place.index(), visitor, false)
                : visitor.visit(place);
    }

    private boolean range(Node operand, int axis, int from, int to, int[] index, Visitor visitor) {
        int[] at = index.clone();
        boolean enough = false;
        for (int i = from; i < to && !enough; i++) {
            at[axis] = i;
            enough = visit(operand, at, visitor, true);
        }
        return enough;
    }

    /** All elements over {@code axes}, which the index lacks. */
    private boolean along(Node operand, List<Integer> axes, int[] index, Visitor visitor) {
        int[] shape = shape(operand);
        int[] over = axes.stream().mapToInt(axis -> shape[axis]).toArray();
        boolean enough = false;
        for (int flat = 0; flat < size(over) && !enough; flat++) {
            int[] within = index(flat, over);
            int[] at = new int[shape.length];
            int kept = 0;
            for (int axis = 0; axis < shape.length; axis++) {
                int reduced = axes.indexOf(axis);
                at[axis] = reduced >= 0 ? within[reduced] : index[kept++];
            }
            enough = visit(operand, at, visitor, true);
        }
        return enough;
    }

    private boolean dot(Node node, Op.Dot dot, int[] index, Visitor visitor) {
        int rankA = node.input(0).type().shape().rank();
        int freeA = rankA - dot.batchA().size() - dot.contractA().size();
        return side(node.input(0), dot.batchA(), dot.contractA(), index, dot.batchA().size(), visitor)
                || side(node.input(1), dot.batchB(), dot.contractB(), index, dot.batchA().size() + freeA,
                        visitor);
    }

    /** The elements of one operand of a contraction, whose free axes are those of the result from {@code free} on. */
    private boolean side(Node operand, List<Integer> batch, List<Integer> contract, int[] index, int free,
            Visitor visitor) {
        List<Integer> kept = new ArrayList<>();
        int next = free;
        for (int axis = 0; axis < operand.type().shape().rank(); axis++) {
            if (!contract.contains(axis)) {
                kept.add(batch.contains(axis) ? index[batch.indexOf(axis)] : index[next++]);
            }
        }
        List<Integer> ascending = contract.stream().sorted().toList();
        return along(operand, ascending, kept.stream().mapToInt(i -> i).toArray(), visitor);
    }

    private boolean pad(Node node, Op.Pad pad, int[] index, Visitor visitor) {
        int[] shape = shape(node.input(0));
        int[] at = new int[index.length];
        boolean inside = true;
        for (int axis = 0; axis < index.length; axis++) {
            int place = index[axis] - extent(pad.low().get(axis));
            int step = pad.interior().get(axis) + 1;
            at[axis] = Math.floorDiv(place, step);
            inside &= place >= 0 && place % step == 0 && at[axis] < shape[axis];
        }
        return inside ? visit(node.input(0), at, visitor, true)
                : visit(node.input(1), new int[0], visitor, true);
    }
}
