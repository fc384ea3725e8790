package dev.covector.compiler;

import dev.covector.compiler.Layouts.Laid;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.kernel.FloatGemm;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The last pass over the graph, which chooses how contractions and large reductions are computed, by shape alone:
 *
 * <ul>
 * <li>A contraction that is too small for the register tile becomes products and a sum, which fuse like every elementwise
 * op.
 * <li>A contraction of few tiles and long sums, such as the derivative by a kernel, becomes one for each index of an axis
 * that it sums over, and the sum of those: threads share them out, and each packs only its own.
 * <li>A contraction of few columns, and of many rows that lie side by side, becomes that of its swapped operands.
 * <li>Convolutions and reductions of windows become contractions and reductions of sliding windows ({@link Sliding}).
 * <li>A sum over many rows becomes sums over blocks of rows, and the sum of those; a sum over several leading axes, the
 * sum over the first of the sums over the others.
 * <li>Elementwise ops of what is repeated before axes are joined are computed before that ({@link Repeated}).
 * <li>A concat of many becomes concats of few.
 * <li>Everything that a function returns or assigns is a node of its own, computed by an op.
 * </ul>
 */
final class Specialise {
    /** Rows in a block of a partial sum that keeps other axes. */
    private static final int BLOCK_ROWS = 64;
    /** Up to so many elements a row is not summed by itself. */
    private static final int SHORT_ROW = 63;
    /** Elements in a block of a partial sum of a vector. */
    private static final int BLOCK_ELEMENTS = 8192;
    /** Below this many products per row of the result, the tile's packing does not pay. */
    private static final int TILE_PRODUCTS = 256;
    /** The same where there are many products in all, as in a convolution with few channels. */
    private static final int TILE_PRODUCTS_OF_MANY = 32;
    private static final int MANY_PRODUCTS = 1 << 17;
    /** Up to so many products per step of the sum, which are some 10 tiles, a contraction is cut along its sums... */
    private static final int FEW_PRODUCTS = 1 << 12;
    /** ... if they have so many steps, */
    private static final int MANY_STEPS = 1 << 12;
    /** and so many are left to each piece. */
    private static final int PIECE_STEPS = 256;
    /** Up to so many rows a product is not worth being transposed. */
    private static final int FEW_ROWS = 63;
    /** What a named extent is taken for where a guess must do. */
    private static final int USUAL_EXTENT = 16;

    /** Channels that a convolution makes of which the lanes should rather be examples of the batch. */
    private static final int FEW_CHANNELS = 15;
    /** The same where its operand lies so already. */
    private static final int FEW_CHANNELS_MORE = 24;
    /** Up to so many examples are too few for that. */
    private static final int FEW_EXAMPLES = 31;

    /** Operands of one concat. */
    private static final int MOST_PIECES = 8;

    private final NodeFactory nodes = NodeFactory.sharing();
    private final Repeated repeated = new Repeated(nodes);

    private Specialise() {}

    static Graph specialise(Graph graph) {
        return new Specialise().run(graph);
    }

    private Graph run(Graph graph) {
        Map<Node, Laid> image = new HashMap<>();
        for (Node node : graph.nodes()) {
            List<Laid> inputs = new ArrayList<>(node.inputs().size());
            for (Node input : node.inputs()) {
                inputs.add(Objects.requireNonNull(image.get(input)));
            }
            image.put(node, laid(node, inputs));
        }
        return withOwnRoots(graph.mapped(
                node -> new Layouts(nodes, node).plain(Objects.requireNonNull(image.get(node)))));
    }

    private Laid laid(Node node, List<Laid> inputs) {
        if (node.op() instanceof Op.Conv conv) {
            return convolution(node, conv, inputs.get(0), inputs.get(1));
        }
        List<Node> asTheyLie = new ArrayList<>(inputs.size());
        boolean allPlain = true;
        for (Laid input : inputs) {
            allPlain &= input.isPlain();
            asTheyLie.add(input.node());
        }
        if (allPlain) {
            return Laid.plain(specialised(node, node.op(), asTheyLie));
        }
        if (node.op() instanceof Op.Transpose transpose) {
            Laid x = inputs.getFirst();
            return new Laid(x.node(),
                    x.order().stream().map(axis -> transpose.permutation().indexOf(axis)).toList());
        }
        Layouts layouts = new Layouts(nodes, node);
        Layouts.Moved moved = layouts.moved(node.op(), inputs);
        if (moved != null) {
            return new Laid(specialised(node, moved.op(), moved.inputs()), moved.order());
        }
        return Laid.plain(specialised(node, node.op(), inputs.stream().map(layouts::plain).toList()));
    }

    private Node specialised(Node like, Op op, List<Node> inputs) {
        return switch (op) {
            case Op.Dot dot -> contraction(like, ordered(dot), inputs.get(0), inputs.get(1));
            case Op.ReduceWindow window -> Sliding.reduce(nodes, like, window, inputs.get(0));
            case Op.ArgWindow window -> Sliding.arg(nodes, like, window, inputs.get(0));
            case Op.Transpose transpose -> transpose(like, transpose, inputs.get(0));
            case Op.Reduce reduce when reduce.kind() == ReduceKind.SUM -> sum(like, reduce, inputs.get(0));
            case Op.Concat concat -> concat(like, inputs);
            default -> {
                Node apart = op instanceof Op.Reshape reshape
                        ? repeated.reshape(like, reshape.shape(), inputs.getFirst())
                        : repeated.elementwise(like, op, inputs);
                yield apart != null ? apart : nodes.make(op, inputs, like.line(), like.name());
            }
        };
    }

    // ---- convolutions

    /**
     * Where a convolution has few channels, the batch is innermost: its lanes are neighbours in memory, and many. What
     * follows keeps it there as long as it can ({@link Layouts}).
     */
    private Laid convolution(Node like, Op.Conv op, Laid x, Laid kernel) {
        Layouts layouts = new Layouts(nodes, like);
        Shape shape = like.type().shape();
        int channels = shape.rank() - 1;
        List<Integer> batchLast = new ArrayList<>(List.of(0, channels));
        batchLast.addAll(IntStream.range(2, channels).boxed().toList());
        batchLast.add(1);
        boolean isLast = !x.isPlain() && x.order().getLast() == 1;
        int few = isLast ? FEW_CHANNELS_MORE : FEW_CHANNELS;
        boolean batchIsLast = shape.dim(0).isExactly(1) && isAtMost(shape.dim(channels), few)
                && !isAtMost(shape.dim(1), FEW_EXAMPLES);
        Laid operand = Layouts.seen(x);
        if (batchIsLast) {
            operand = new Laid(layouts.as(x, batchLast), batchLast);
        } else if (isLast) {
            operand = Laid.plain(layouts.plain(x));
        } else if (!kernel.isPlain() && kernel.order().getLast() == channels - 1) {
            // The derivative by the kernel of such a one, whose sums go over the batch.
            operand = Laid.plain(layouts.as(Laid.plain(operand.node()), operand.places()));
        }
        Laid result = Sliding.conv(nodes, like, op, operand, Layouts.seen(kernel),
                (dot, a, b) -> contraction(like, dot, a, b));
        return batchIsLast ? result : Laid.plain(layouts.plain(result));
    }

    // ---- contractions

    /** The pairs of contracting axes in the order in which the left operand has them in memory. */
    private static Op.Dot ordered(Op.Dot dot) {
        List<Integer> order = IntStream.range(0, dot.contractA().size()).boxed()
                .sorted((i, j) -> dot.contractA().get(i) - dot.contractA().get(j)).toList();
        return new Op.Dot(dot.batchA(), dot.batchB(), order.stream().map(dot.contractA()::get).toList(),
                order.stream().map(dot.contractB()::get).toList());
    }

    private Node contraction(Node like, Op.Dot dot, Node a, Node b) {
        Side left = new Side(a, dot.batchA(), dot.contractA());
        Side right = new Side(b, dot.batchB(), dot.contractB());
        if (!fitsTile(left, right)) {
            return productsAndSum(like, left, right);
        }
        if (hasFewTilesAndLongSums(left, right)) {
            return pieces(like, dot, a, b);
        }
        return isBetterSwapped(left, right) ? swapped(like, dot, left, right)
                : nodes.make(dot, List.of(a, b), like.line(), like.name());
    }

    private static boolean hasFewTilesAndLongSums(Side left, Side right) {
        if (left.contract().size() < 2) {
            return false;
        }
        Dim products = left.size(left.batch()).times(left.size(left.free())).times(right.size(right.free()));
        long steps = usual(left.size(left.contract()));
        Dim first = left.node().type().shape().dim(left.contract().getFirst());
        return isAtMost(products, FEW_PRODUCTS) && steps >= MANY_STEPS && !isAtMost(first, 1)
                && steps / usual(first) >= PIECE_STEPS;
    }

    private static long usual(Dim dim) {
        return dim.evaluate(name -> USUAL_EXTENT);
    }

    /** The first axis of the sums is one of batches instead, over which the results are summed. */
    private Node pieces(Node like, Op.Dot dot, Node a, Node b) {
        List<Integer> batchA = new ArrayList<>(dot.contractA().subList(0, 1));
        List<Integer> batchB = new ArrayList<>(dot.contractB().subList(0, 1));
        batchA.addAll(dot.batchA());
        batchB.addAll(dot.batchB());
        Op.Dot each = new Op.Dot(batchA, batchB, dot.contractA().subList(1, dot.contractA().size()),
                dot.contractB().subList(1, dot.contractB().size()));
        Node pieces = nodes.make(each, List.of(a, b), like.line(), null);
        return sum(like, new Op.Reduce(ReduceKind.SUM, List.of(0)), pieces);
    }

    /**
     * Whether there are few columns, and many rows whose neighbours lie side by side in memory: then these should be the lanes,
     * all of which are used, and from which nothing has to be packed.
     */
    private static boolean isBetterSwapped(Side left, Side right) {
        Dim rows = left.size(left.free());
        return left.node().type().dtype() == DType.FLOAT32
                && left.free().getLast() == left.node().type().shape().rank() - 1
                && isAtMost(right.size(right.free()), FloatGemm.TILE_M) && !isAtMost(rows, FEW_ROWS);
    }

    /** The transpose of the right operand's product with the left one. */
    private Node swapped(Node like, Op.Dot dot, Side left, Side right) {
        Node product = nodes.make(new Op.Dot(dot.batchB(), dot.batchA(), dot.contractB(), dot.contractA()),
                List.of(right.node(), left.node()), like.line(), null);
        int batch = left.batch().size();
        int rows = left.free().size();
        int columns = right.free().size();
        List<Integer> permutation = new ArrayList<>(IntStream.range(0, batch).boxed().toList());
        permutation.addAll(IntStream.range(batch + columns, batch + columns + rows).boxed().toList());
        permutation.addAll(IntStream.range(batch, batch + columns).boxed().toList());
        return nodes.make(new Op.Transpose(permutation), List.of(product), like.line(), like.name());
    }

    /** One operand of a contraction, and what its axes are for. */
    private record Side(Node node, List<Integer> batch, List<Integer> contract, List<Integer> free) {
        Side(Node node, List<Integer> batch, List<Integer> contract) {
            this(node, batch, contract, IntStream.range(0, node.type().shape().rank()).boxed()
                    .filter(axis -> !batch.contains(axis) && !contract.contains(axis)).toList());
        }

        List<Dim> dims(List<Integer> axes) {
            return axes.stream().map(node.type().shape()::dim).toList();
        }

        Dim size(List<Integer> axes) {
            return Shape.of(dims(axes)).size();
        }
    }

    /**
     * The types of the contractions in a graph that no pass has seen yet that will be on the register tile, as far as
     * can be told: gradients have others.
     */
    static Set<DType> tileTypes(Graph graph) {
        Set<DType> types = EnumSet.noneOf(DType.class);
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Dot dot
                    && fitsTile(new Side(node.input(0), dot.batchA(), dot.contractA()),
                            new Side(node.input(1), dot.batchB(), dot.contractB()))
                    || node.op() instanceof Op.Conv) {
                types.add(node.type().dtype());
            }
        }
        return types;
    }

    private static boolean fitsTile(Side left, Side right) {
        if (!left.node().type().dtype().isFloating() || left.free().isEmpty() || right.free().isEmpty()
                || left.contract().isEmpty()) {
            return false;
        }
        Dim m = left.size(left.free());
        Dim n = right.size(right.free());
        Dim k = left.size(left.contract());
        boolean many = m.times(n).times(k).evaluate(name -> USUAL_EXTENT) >= MANY_PRODUCTS;
        int least = many ? TILE_PRODUCTS_OF_MANY : TILE_PRODUCTS;
        return !isAtMost(m, 1) && !isAtMost(n, 1) && !isAtMost(k, 3) && !isAtMost(n.times(k), least - 1)
                && !isAtMost(m.times(k), least - 1) && !isAtMost(m.times(n), least - 1);
    }

    /** A named extent counts as large, unless it is multiplied by 0. */
    private static boolean isAtMost(Dim dim, int limit) {
        return dim.isConstant() && dim.value() <= limit;
    }

    /** Each operand broadcast to [batch, rows, columns, contracting], multiplied, and summed over the last. */
    private Node productsAndSum(Node like, Side left, Side right) {
        int batch = left.batch().size();
        int rows = left.free().size();
        int columns = right.free().size();
        int contract = left.contract().size();
        List<Dim> dims = new ArrayList<>(left.dims(left.batch()));
        dims.addAll(left.dims(left.free()));
        dims.addAll(right.dims(right.free()));
        dims.addAll(left.dims(left.contract()));
        Shape all = Shape.of(dims);
        List<Integer> leftAxes = new ArrayList<>(IntStream.range(0, batch + rows).boxed().toList());
        List<Integer> rightAxes = new ArrayList<>(IntStream.range(0, batch).boxed().toList());
        rightAxes.addAll(IntStream.range(batch + rows, batch + rows + columns).boxed().toList());
        List<Integer> last = IntStream.range(batch + rows + columns, all.rank()).boxed().toList();
        leftAxes.addAll(last);
        rightAxes.addAll(last);
        Node product = nodes.make(new Op.Binary(BinaryKind.MUL),
                List.of(spread(like, left, leftAxes, all), spread(like, right, rightAxes, all)), like.line(),
                null);
        return contract == 0 ? product : nodes.make(new Op.Reduce(ReduceKind.SUM, last), List.of(product),
                like.line(), like.name());
    }

    private Node spread(Node like, Side side, List<Integer> axes, Shape all) {
        List<Integer> permutation = new ArrayList<>(side.batch());
        permutation.addAll(side.free());
        permutation.addAll(side.contract());
        Node ordered =
                permutation.equals(IntStream.range(0, permutation.size()).boxed().toList()) ? side.node()
                        : nodes.make(new Op.Transpose(permutation), List.of(side.node()), like.line(), null);
        return ordered.type().shape().equals(all) ? ordered
                : nodes.make(new Op.Broadcast(all, axes), List.of(ordered), like.line(), null);
    }

    // ---- reductions

    private Node sum(Node like, Op.Reduce reduce, Node x) {
        Shape shape = x.type().shape();
        List<Integer> axes = reduce.axes();
        List<Integer> apart = repeated.axes(x, axes);
        if (apart != null) {
            List<Dim> kept = IntStream.range(0, shape.rank()).filter(axis -> !axes.contains(axis))
                    .mapToObj(shape::dim).toList();
            return nodes.make(new Op.Reshape(Shape.of(kept)), List.of(sumOfRows(like, apart, x.input(0))),
                    like.line(), like.name());
        }
        if (axes.size() > 1 && axes.equals(IntStream.range(0, axes.size()).boxed().toList())) {
            // Of everything, or of all pixels of a batch per channel: else threads would have few results to share.
            Node each = nodes.make(new Op.Reduce(ReduceKind.SUM, axes.subList(1, axes.size())), List.of(x),
                    like.line(), null);
            return sum(like, new Op.Reduce(ReduceKind.SUM, List.of(0)), each);
        }
        boolean vector = shape.rank() == 1;
        int block = vector ? BLOCK_ELEMENTS : BLOCK_ROWS;
        if (!axes.equals(List.of(0)) || shape.dim(0).isConstant() && shape.dim(0).value() <= 2L * block) {
            return nodes.make(reduce, List.of(x), like.line(), like.name());
        }
        Node partial = nodes.make(new Op.PartialSum(0, block), List.of(x), like.line(), null);
        return nodes.make(reduce, List.of(partial), like.line(), like.name());
    }

    /** Long rows are added up first: threads can share these out, and what makes them. */
    private Node sumOfRows(Node like, List<Integer> axes, Node x) {
        Shape shape = x.type().shape();
        List<Integer> rows = axes.stream()
                .filter(axis -> Shape.of(shape.dims().subList(axis + 1, shape.rank())).size().isExactly(1))
                .toList();
        if (rows.isEmpty() || rows.size() == axes.size()
                || isAtMost(Shape.of(rows.stream().map(shape::dim).toList()).size(), SHORT_ROW)) {
            return sum(like, new Op.Reduce(ReduceKind.SUM, axes), x);
        }
        Node sums = nodes.make(new Op.Reduce(ReduceKind.SUM, rows), List.of(x), like.line(), null);
        return sum(like, new Op.Reduce(ReduceKind.SUM, axes.subList(0, axes.size() - rows.size())), sums);
    }

    // ---- movement

    /** Specialised ops may have been transposed already. */
    private Node transpose(Node like, Op.Transpose op, Node x) {
        if (!(x.op() instanceof Op.Transpose inner)) {
            return nodes.make(op, List.of(x), like.line(), like.name());
        }
        List<Integer> both = op.permutation().stream().map(inner.permutation()::get).toList();
        return both.equals(IntStream.range(0, both.size()).boxed().toList()) ? x.input(0)
                : nodes.make(new Op.Transpose(both), x.inputs(), like.line(), like.name());
    }

    /** A kernel has loops for each operand, and must not become too large: of many, some are joined first. */
    private Node concat(Node like, List<Node> operands) {
        if (operands.size() <= MOST_PIECES) {
            return nodes.make(like.op(), operands, like.line(), like.name());
        }
        List<Node> joined = new ArrayList<>();
        for (int from = 0; from < operands.size(); from += MOST_PIECES) {
            joined.add(nodes.make(like.op(),
                    operands.subList(from, Math.min(operands.size(), from + MOST_PIECES)), like.line(),
                    null));
        }
        return concat(like, joined);
    }

    // ---- roots

    /** A reshape to the same shape is a copy: one for each root that is a leaf, or a root for the second time. */
    private Graph withOwnRoots(Graph graph) {
        Set<Node> taken = new HashSet<>();
        List<Graph.Parameter> parameters = graph.parameters().stream()
                .map(p -> new Graph.Parameter(p.node(), own(p.initial(), taken), p.trainable())).toList();
        List<Graph.Function> functions = new ArrayList<>();
        for (Graph.Function function : graph.functions()) {
            Set<Node> takenHere = new HashSet<>();
            Map<String, Node> results = new LinkedHashMap<>();
            function.results().forEach((name, node) -> results.put(name, own(node, takenHere)));
            functions.add(new Graph.Function(function.name(), function.inputs(), results,
                    function.updates().stream()
                            .map(u -> new Graph.Update(u.parameter(), own(u.value(), takenHere))).toList()));
        }
        return Graph.of(graph.name(), parameters, functions);
    }

    private Node own(Node root, Set<Node> taken) {
        boolean leaf = switch (root.op()) {
            case Op.Input input -> true;
            case Op.Parameter parameter -> true;
            case Op.Constant constant -> true;
            case Op.Reshape reshape -> true;
            default -> false;
        };
        if (taken.add(root) && !leaf) {
            return root;
        }
        Node copy = nodes.makeDistinct(new Op.Reshape(root.type().shape()), List.of(root), root.line(),
                root.name());
        taken.add(copy);
        return copy;
    }
}
