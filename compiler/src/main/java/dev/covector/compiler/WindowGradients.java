package dev.covector.compiler;

import dev.covector.graph.ir.ArgKind;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.SourceLine;
import dev.covector.graph.ir.Type;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The {@linkplain GradientRules rules} of convolutions and of reductions over windows. */
final class WindowGradients extends Algebra {
    WindowGradients(NodeFactory nodes, @Nullable SourceLine line) {
        super(nodes, line);
    }

    // ---- convolution: stride and dilation change places

    /**
     * The convolution of g, spread by the stride, with the kernel turned around. A tap of the kernel that was the first
     * is the last now, so what was padded before x by {@code low} is by the kernel's span less one, less {@code low}.
     */
    Node byData(Op.Conv op, Node y, Node g) {
        Node x = y.input(0);
        Node kernel = y.input(1);
        int spatial = op.strides().size();
        if (x.type().shape().size().isExactly(0)) {
            return like(x, 0);
        }
        List<Dim> low = new ArrayList<>();
        List<Dim> high = new ArrayList<>();
        for (int i = 0; i < spatial; i++) {
            Dim reach = reach(kernel.type().shape().dim(1 + i), op.kernelDilation().get(i));
            Dim before = reach.minus(op.low().get(i));
            Dim wanted = reach(x.type().shape().dim(2 + i), op.inputDilation().get(i)).plus(reach);
            low.add(before);
            high.add(wanted.minus(before).minus(reach(g.type().shape().dim(2 + i), op.strides().get(i))));
        }
        List<Integer> swapped = new ArrayList<>(range(0, spatial + 3));
        Collections.swap(swapped, spatial + 1, spatial + 2);
        return make(
                new Op.Conv(/* strides= */ op.inputDilation(), low, high, /* inputDilation= */ op.strides(),
                        op.kernelDilation()),
                g,
                transpose(reverse(kernel, range(1, 1 + spatial)), swapped));
    }

    /** The convolution of x with g, summed over the batch: g's places are taps that are a stride apart. */
    Node byKernel(Op.Conv op, Node y, Node g) {
        Node x = y.input(0);
        Node kernel = y.input(1);
        int spatial = op.strides().size();
        if (x.type().shape().size().isExactly(0)) {
            return like(kernel, 0);
        }
        List<Dim> high = new ArrayList<>();
        for (int i = 0; i < spatial; i++) {
            Dim wanted = reach(kernel.type().shape().dim(1 + i), op.kernelDilation().get(i))
                    .plus(reach(g.type().shape().dim(2 + i), op.strides().get(i)));
            high.add(wanted.minus(op.low().get(i))
                    .minus(reach(x.type().shape().dim(2 + i), op.inputDilation().get(i))));
        }
        int last = spatial + 2;
        List<Integer> space = range(2, last);
        Node byChannel = make(
                new Op.Conv(/* strides= */ op.kernelDilation(), op.low(), high, op.inputDilation(),
                        /* kernelDilation= */ op.strides()),
                transpose(x, concat(List.of(0, last), space, List.of(1))),
                transpose(g, concat(List.of(0), space, List.of(1, last))));
        return transpose(byChannel, concat(List.of(0), space, List.of(1, last)));
    }

    /** How far it is from the first to the last of {@code extent} elements. */
    private static Dim reach(Dim extent, int apart) {
        return extent.plus(-1).times(apart);
    }

    // ---- reductions over windows

    Node reduce(Op.ReduceWindow op, Node x, Node g) {
        boolean apart = op.windows().equals(op.strides());
        return switch (op.kind()) {
            case SUM -> apart ? shared(op, x, g) : spread(op, x, g);
            case MAX -> apart ? chosen(op, ArgKind.ARGMAX, x, g) : scattered(op, ArgKind.ARGMAX, x, g);
            case MIN -> apart ? chosen(op, ArgKind.ARGMIN, x, g) : scattered(op, ArgKind.ARGMIN, x, g);
            default -> throw new IllegalArgumentException(op.toString());
        };
    }

    /** Windows side by side: each axis of x as two, the places of windows and what is within one. */
    private final class Tiles {
        private final List<Integer> windows;
        private final Shape whole;
        private final Shape split;

        Tiles(List<Integer> windows, Shape whole, Shape places) {
            this.windows = windows;
            this.whole = whole;
            List<Dim> dims = new ArrayList<>();
            for (int axis = 0; axis < windows.size(); axis++) {
                dims.add(places.dim(axis));
                dims.add(Dim.of(windows.get(axis)));
            }
            this.split = Shape.of(dims);
        }

        /** The value of a window at all its elements. */
        Node each(Node ofWindows) {
            return broadcast(ofWindows, split,
                    IntStream.range(0, windows.size()).map(axis -> 2 * axis).boxed().toList());
        }

        /** The index within the window, in its row-major order. */
        Node within() {
            Type type = new Type(DType.INT32, split);
            Node index = full(type, 0);
            int behind = 1;
            for (int axis = windows.size() - 1; axis >= 0; axis--) {
                if (windows.get(axis) > 1) {
                    index = add(index, mul(make(new Op.Iota(type, 2 * axis + 1)), behind));
                    behind *= windows.get(axis);
                }
            }
            return index;
        }

        /** In the shape of x; what no window shows gets 0. */
        Node joined(Node elements) {
            List<Dim> merged = new ArrayList<>();
            List<Dim> rest = new ArrayList<>();
            for (int axis = 0; axis < windows.size(); axis++) {
                Dim extent = split.dim(2 * axis).times(windows.get(axis));
                merged.add(extent);
                rest.add(whole.dim(axis).minus(extent));
            }
            return pad(reshape(elements, Shape.of(merged)), 0, zeros(rest.size()), rest,
                    Collections.nCopies(rest.size(), 0));
        }
    }

    private Tiles tiles(Op.ReduceWindow op, Node x, Node g) {
        return new Tiles(op.windows(), x.type().shape(), g.type().shape());
    }

    /** Windows side by side: each gives its g to all its elements. */
    private Node shared(Op.ReduceWindow op, Node x, Node g) {
        Tiles tiles = tiles(op, x, g);
        return tiles.joined(tiles.each(g));
    }

    /** Windows side by side: an element gets its window's g if it is what the window's value is. */
    private Node chosen(Op.ReduceWindow op, ArgKind kind, Node x, Node g) {
        Tiles tiles = tiles(op, x, g);
        Node first = make(new Op.ArgWindow(kind, op.windows(), op.strides()), x);
        Node spread = tiles.each(g);
        return tiles.joined(
                select(compare(CompareKind.EQ, tiles.each(first), tiles.within()), spread, like(spread, 0)));
    }

    /** An element gets the sum over the windows that show it, which is a window over the places. */
    private Node spread(Op.ReduceWindow op, Node x, Node g) {
        List<Dim> low = new ArrayList<>();
        List<Dim> high = new ArrayList<>();
        List<Integer> interior = new ArrayList<>();
        for (int axis = 0; axis < op.windows().size(); axis++) {
            int stride = op.strides().get(axis);
            low.add(Dim.of(op.windows().get(axis) - 1L));
            high.add(x.type().shape().dim(axis).plus(-1).minus(reach(g.type().shape().dim(axis), stride)));
            interior.add(stride - 1);
        }
        return make(new Op.ReduceWindow(ReduceKind.SUM, op.windows(),
                Collections.nCopies(op.windows().size(), 1)), pad(g, 0, low, high, interior));
    }

    /** Each window's g goes to the element that its value is. */
    private Node scattered(Op.ReduceWindow op, ArgKind kind, Node x, Node g) {
        Shape flat = Shape.of(List.of(x.type().shape().size()));
        Shape places = Shape.of(List.of(g.type().shape().size()));
        Node first = make(new Op.ArgWindow(kind, op.windows(), op.strides()), x);
        Node sums = make(new Op.ScatterAdd(0), full(new Type(g.type().dtype(), flat), 0),
                reshape(elements(op, x.type().shape(), first), places), reshape(g, places));
        return reshape(sums, x.type().shape());
    }

    /** From places in each window, in its row-major order, to places in {@code shape}. */
    private Node elements(Op.ReduceWindow op, Shape shape, Node within) {
        Node at = like(within, 0);
        Node rest = within;
        int behind = op.windows().stream().reduce(1, Math::multiplyExact);
        for (int axis = 0; axis < shape.rank(); axis++) {
            int window = op.windows().get(axis);
            behind /= window;
            Node start = mul(make(new Op.Iota(within.type(), axis)), op.strides().get(axis));
            at = add(mul(at, extent(shape.dim(axis), within)), start);
            if (window > 1) {
                Node line = quotient(rest, behind, behind * window);
                at = add(at, line);
                rest = sub(rest, mul(line, behind));
            }
        }
        return at;
    }

    /** {@code a / divisor}, where 0 ≤ a < bound; of small numbers by multiplying, which lanes can and dividing they can't. */
    private Node quotient(Node a, int divisor, int bound) {
        int factor = (1 << 16) / divisor + 1;
        long excess = (long) factor * divisor - (1 << 16);
        if (divisor == 1) {
            return a;
        }
        if (excess * bound > 1 << 16 || (long) factor * bound > Integer.MAX_VALUE) {
            return div(a, like(a, divisor));
        }
        return make(new Op.Binary(BinaryKind.SHIFT_RIGHT_LOGICAL), mul(a, factor), like(a, 16));
    }

    private Node extent(Dim dim, Node model) {
        return dim.isConstant() ? like(model, (double) dim.value())
                : broadcast(make(new Op.Extent(dim, DType.INT32)), model.type().shape(), List.of());
    }

    private static List<Dim> zeros(int count) {
        return Collections.nCopies(count, Dim.of(0));
    }
}
