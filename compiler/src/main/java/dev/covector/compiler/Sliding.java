package dev.covector.compiler;

import dev.covector.compiler.Layouts.Laid;
import dev.covector.graph.ir.ArgKind;
import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.Type;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Convolutions and reductions of windows, written as contractions and reductions of {@linkplain Op.Windows sliding
 * windows}: these are nothing but another index, so that no buffer ever holds the elements once per window. Only padding
 * is a copy.
 */
final class Sliding extends Algebra {
    /** How a contraction becomes nodes. */
    interface Contraction {
        Node of(Op.Dot dot, Node a, Node b);
    }

    private Sliding(NodeFactory nodes, Node like) {
        super(nodes, like.line());
    }

    // ---- convolution

    /** An operand as it lies in memory: axis {@code i} of what was asked for is axis {@code place.get(i)} here. */
    private record Base(Node node, List<Integer> place) {
        static Base of(Laid x) {
            return new Base(x.node(), x.places());
        }

        List<Integer> places(int from, int to) {
            return place.subList(from, to);
        }
    }

    /**
     * The sum over kernel positions and channels of windows times kernel. Operands are taken as they lie in memory: so a
     * convolution and its derivative by the kernel share what is padded.
     */
    static Laid conv(NodeFactory nodes, Node like, Op.Conv op, Laid x, Laid kernel, Contraction contraction) {
        return new Sliding(nodes, like).conv(like, op, Base.of(x), Base.of(kernel), contraction);
    }

    private Laid conv(Node like, Op.Conv op, Base x, Base kernel, Contraction contraction) {
        int spatial = op.strides().size();
        Shape shape = like.type().shape();
        Shape kernelShape = kernel.node().type().shape();
        List<Dim> counts = shape.dims().subList(2, 2 + spatial);
        List<Dim> windows = kernel.places(1, 1 + spatial).stream().map(kernelShape::dim).toList();

        Node padded = padded(op, x, counts, windows);
        // The windows' axes ascend in memory; which of them belongs to the i-th spatial axis is at(i).
        List<Integer> order = IntStream.range(0, spatial).boxed()
                .sorted((i, j) -> x.place().get(2 + i) - x.place().get(2 + j)).toList();
        Node slid = make(new Op.Windows(
                order.stream().map(i -> x.place().get(2 + i)).toList(),
                order.stream().map(counts::get).toList(),
                order.stream().map(windows::get).toList(), order.stream().map(op.strides()::get).toList(),
                order.stream().map(op.kernelDilation()::get).toList()), padded);

        int rank = x.place().size();
        List<Integer> contractA = new ArrayList<>();
        IntStream.range(0, spatial).forEach(i -> contractA.add(rank + order.indexOf(i)));
        contractA.add(x.place().getLast());
        List<Integer> contractB = kernel.places(1, 2 + spatial);
        // In the order in which the kernel has them in memory.
        List<Integer> pairs = IntStream.range(0, contractA.size()).boxed()
                .sorted((i, j) -> contractB.get(i) - contractB.get(j)).toList();
        List<Integer> windowAxes = pairs.stream().map(contractA::get).toList();
        List<Integer> kernelAxes = pairs.stream().map(contractB::get).toList();
        // Columns are what lies side by side in memory, if it is what the windows count.
        boolean windowsAreColumns = x.place().get(1) == rank - 1;
        Node product = windowsAreColumns
                ? contraction.of(new Op.Dot(kernel.places(0, 1), x.places(0, 1), kernelAxes, windowAxes),
                        kernel.node(), slid)
                : contraction.of(new Op.Dot(x.places(0, 1), kernel.places(0, 1), windowAxes, kernelAxes),
                        slid,
                        kernel.node());

        // The axes that the windows count come in the order in which their operand has them.
        List<Integer> counting = new ArrayList<>(x.places(1, 2 + spatial));
        List<Integer> sorted = counting.stream().sorted().toList();
        int first = windowsAreColumns ? 2 : 1;
        List<Integer> places = new ArrayList<>(List.of(0));
        counting.forEach(axis -> places.add(first + sorted.indexOf(axis)));
        places.add(windowsAreColumns ? 1 : 2 + spatial);
        return new Laid(product,
                IntStream.range(0, places.size()).boxed().map(places::indexOf).toList());
    }

    /** As much padding as windows see; a stride may leave some of it out. */
    private Node padded(Op.Conv op, Base x, List<Dim> counts, List<Dim> windows) {
        Shape shape = x.node().type().shape();
        List<Dim> low = new ArrayList<>(Collections.nCopies(shape.rank(), Dim.of(0)));
        List<Dim> high = new ArrayList<>(low);
        List<Integer> interior = new ArrayList<>(Collections.nCopies(shape.rank(), 0));
        boolean any = false;
        for (int i = 0; i < counts.size(); i++) {
            int axis = x.place().get(2 + i);
            int between = op.inputDilation().get(i) - 1;
            Dim spread = shape.dim(axis).times(1L + between).minus(Dim.of(between));
            Dim seen = counts.get(i).minus(Dim.of(1)).times(op.strides().get(i))
                    .plus(windows.get(i).minus(Dim.of(1)).times(op.kernelDilation().get(i))).plus(1);
            Dim rest = seen.minus(op.low().get(i)).minus(spread);
            low.set(axis, op.low().get(i));
            high.set(axis, rest.isConstant() && rest.value() < 0 ? Dim.of(0) : rest);
            interior.set(axis, between);
            any |= between > 0 || !low.get(axis).isExactly(0) || !high.get(axis).isExactly(0);
        }
        return any ? make(new Op.Pad(low, high, interior), x.node(),
                full(new Type(x.node().type().dtype(), Shape.scalar()), 0)) : x.node();
    }

    // ---- reductions

    /** All elements of each window as one. */
    static Node reduce(NodeFactory nodes, Node like, Op.ReduceWindow op, Node x) {
        return new Sliding(nodes, like).reduce(op.kind(), op.windows(), op.strides(), x);
    }

    private Node reduce(ReduceKind kind, List<Integer> windows, List<Integer> strides, Node x) {
        Node slid = windows(windows, strides, x);
        return make(new Op.Reduce(kind, within(slid, x)), slid);
    }

    /** The least index within the window of what equals its greatest, or least, element, or is NaN like it. */
    static Node arg(NodeFactory nodes, Node like, Op.ArgWindow op, Node x) {
        return new Sliding(nodes, like).arg(op, x);
    }

    private Node arg(Op.ArgWindow op, Node x) {
        Node slid = windows(op.windows(), op.strides(), x);
        List<Integer> within = within(slid, x);
        Shape shape = slid.type().shape();
        Node best = make(new Op.Reduce(op.kind() == ArgKind.ARGMAX ? ReduceKind.MAX : ReduceKind.MIN, within),
                slid);
        Node found = compare(CompareKind.EQ, slid,
                broadcast(best, shape, IntStream.range(0, best.type().shape().rank()).boxed().toList()));
        if (x.type().dtype().isFloating()) {
            found = or(found, make(UnaryKind.IS_NAN, slid));
        }
        Type type = new Type(DType.INT32, shape);
        Node index = full(type, 0);
        int size = 1;
        for (int axis : within.reversed()) {
            index = add(index, mul(make(new Op.Iota(type, axis)), size));
            size *= Math.toIntExact(shape.dim(axis).value());
        }
        return make(new Op.Reduce(ReduceKind.MIN, within), select(found, index, full(type, size)));
    }

    private Node windows(List<Integer> windows, List<Integer> strides, Node x) {
        Shape shape = x.type().shape();
        List<Integer> axes = IntStream.range(0, shape.rank()).boxed()
                .filter(axis -> windows.get(axis) > 1 || strides.get(axis) > 1).toList();
        return make(new Op.Windows(axes,
                axes.stream().map(axis -> shape.dim(axis).minus(Dim.of(windows.get(axis)))
                        .floorDiv(strides.get(axis)).plus(1)).toList(),
                axes.stream().map(axis -> Dim.of(windows.get(axis))).toList(),
                axes.stream().map(strides::get).toList(), axes.stream().map(axis -> 1).toList()), x);
    }

    /** The axes of windows that are those within a window. */
    private static List<Integer> within(Node slid, Node x) {
        return IntStream.range(x.type().shape().rank(), slid.type().shape().rank()).boxed().toList();
    }
}
