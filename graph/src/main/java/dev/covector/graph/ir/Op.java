package dev.covector.graph.ir;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.List;

/**
 * What a {@link Node} computes from its inputs. A record holds attributes only; the operands are the node's inputs.
 *
 * <p>The primitives are closed under differentiation. Every stage over them (type rule, text, reference evaluation,
 * gradient, lowering) is an exhaustive switch, so that a new primitive does not compile until each stage knows it.
 */
public sealed interface Op {

    /** What this is called in texts and messages. */
    default String word() {
        return switch (this) {
            case Input o -> "input";
            case Parameter o -> "parameter";
            case Constant o -> "constant";
            case Iota o -> "iota";
            case Extent o -> "extent";
            case RandomBits o -> "random_bits";
            case Unary unary -> unary.kind().toString();
            case Binary binary -> binary.kind().toString();
            case Compare compare -> compare.kind().toString();
            case Select o -> "select";
            case Cast o -> "cast";
            case Reshape o -> "reshape";
            case Broadcast o -> "broadcast";
            case Transpose o -> "transpose";
            case Slice o -> "slice";
            case Reverse o -> "reverse";
            case Pad o -> "pad";
            case Concat o -> "concat";
            case Windows o -> "windows";
            case Reduce reduce -> "reduce_" + reduce.kind();
            case Arg arg -> arg.kind().toString();
            case PartialSum o -> "partial_sum";
            case CumSum o -> "cumsum";
            case ArgSort o -> "argsort";
            case ReduceWindow window -> "window_" + window.kind();
            case ArgWindow window -> "window_" + window.kind();
            case Dot o -> "dot";
            case Conv o -> "conv";
            case Gather o -> "gather";
            case ScatterAdd o -> "scatter_add";
            case Gradient o -> "gradient";
            case StopGradient o -> "stop_gradient";
            case Placeholder o -> "placeholder";
            case CustomGradient o -> "custom_gradient";
        };
    }

    /**
     * Whether a derivative passes from the result to operands, where both are floating. What is constant in pieces has
     * none, so that asking for one is an error instead of zeros.
     */
    default boolean hasDerivative() {
        return switch (this) {
            case Unary unary -> unary.kind().hasDerivative();
            case Binary binary -> binary.kind().hasDerivative();
            default -> true;
        };
    }

    // ---- leaves: no inputs

    /** Data that a call brings. */
    record Input(String name, Type type) implements Op {}

    /** A value that a session keeps, and that functions update. */
    record Parameter(String name, Type type) implements Op {}

    /** Data that is part of the graph. */
    record Constant(Literal value) implements Op {}

    /** The index along {@code axis}, as a numeric type. */
    record Iota(Type type, int axis) implements Op {}

    /** A dimension's extent at the call, as a scalar. */
    record Extent(Dim dim, DType dtype) implements Op {}

    /**
     * Random integers, each as likely as any other: Philox of the session's seed, the call's step, the stream and the
     * element's index in row-major order. Each op has a stream of its own.
     */
    record RandomBits(long stream, Type type) implements Op {}

    // ---- elementwise: all inputs have one shape

    /** One operand, same type; bool for {@link UnaryKind#IS_NAN} and {@link UnaryKind#IS_FINITE}. */
    record Unary(UnaryKind kind) implements Op {}

    /** Two operands of one type, same type. */
    record Binary(BinaryKind kind) implements Op {}

    /** Two operands of one type, bool. */
    record Compare(CompareKind kind) implements Op {}

    /** Inputs: condition (bool), value where true, value where false. */
    record Select() implements Op {}

    /** Conversion as Java's: towards zero and saturating to an integer; bool is 0 or 1; to bool means != 0. */
    record Cast(DType dtype) implements Op {}

    // ---- movement

    /** The same elements in row-major order under another shape. */
    record Reshape(Shape shape) implements Op {}

    /**
     * Repeats elements: axis {@code i} of the operand becomes axis {@code axes[i]} of the result, where its extent is
     * the same or 1; all other axes of the result are new. {@code axes} is ascending.
     */
    record Broadcast(Shape shape, List<Integer> axes) implements Op {
        public Broadcast {
            axes = List.copyOf(axes);
        }
    }

    /** Axis {@code i} of the result is axis {@code permutation[i]} of the operand. */
    record Transpose(List<Integer> permutation) implements Op {
        public Transpose {
            permutation = List.copyOf(permutation);
        }
    }

    /**
     * Along each axis every step-th element from a start on, up to, not including, a limit; steps are positive. A call
     * fails if a start or a length turns out to be negative, or a limit to be beyond the axis.
     */
    record Slice(List<Dim> starts, List<Dim> limits, List<Integer> steps) implements Op {
        public Slice {
            starts = List.copyOf(starts);
            limits = List.copyOf(limits);
            steps = List.copyOf(steps);
        }
    }

    /** The elements in the opposite order along {@code axes}, which ascend. */
    record Reverse(List<Integer> axes) implements Op {
        public Reverse {
            axes = List.copyOf(axes);
        }
    }

    /**
     * Inputs: data, and a scalar of its dtype that is put, along each axis, {@code interior} times between neighbours,
     * {@code low} times before the first and {@code high} times after the last element; negative {@code low} and
     * {@code high} take elements away instead. The extent n becomes {@code low + n·(1+interior) − interior + high}, for
     * n = 0 too, other than XLA's.
     */
    record Pad(List<Dim> low, List<Dim> high, List<Integer> interior) implements Op {
        public Pad {
            low = List.copyOf(low);
            high = List.copyOf(high);
            interior = List.copyOf(interior);
        }
    }

    /** Inputs: one or more, one after the other along {@code axis}; all other extents are the same. */
    record Concat(int axis) implements Op {}

    /**
     * Windows that slide: axis {@code axes[i]} of the operand counts {@code counts[i]} windows now, and a new axis behind
     * all others is the index within the window, of extent {@code windows[i]}. Where the window is the {@code s}-th and
     * the index {@code k}, the operand's is {@code s · strides[i] + k · dilations[i]}. Made by the compiler, from
     * convolutions and reductions of windows.
     */
    record Windows(List<Integer> axes, List<Dim> counts, List<Dim> windows, List<Integer> strides,
            List<Integer> dilations) implements Op {
        public Windows {
            axes = List.copyOf(axes);
            counts = List.copyOf(counts);
            windows = List.copyOf(windows);
            strides = List.copyOf(strides);
            dilations = List.copyOf(dilations);
        }
    }

    // ---- reduction: the axes, ascending, disappear

    /** All elements over {@code axes} as one; a sum starts from +0. */
    record Reduce(ReduceKind kind, List<Integer> axes) implements Op {
        public Reduce {
            axes = List.copyOf(axes);
        }
    }

    /** The first index (int32) of the greatest or least element along {@code axis}, or of a NaN; 0 over nothing. */
    record Arg(ArgKind kind, int axis) implements Op {}

    /**
     * Sums of blocks of {@code block} neighbours along {@code axis}, whose extent becomes ceil(extent / block). Made
     * by the compiler, so that a reduction over many rows is split in the same way for any number of threads.
     */
    record PartialSum(int axis, int block) implements Op {}

    /**
     * Each element is the sum of those before it along {@code axis} and, unless {@code exclusive}, of itself: from +0, in
     * the order of the index. If {@code reverse}, of those behind it, from the end.
     */
    record CumSum(int axis, boolean exclusive, boolean reverse) implements Op {}

    /**
     * The indices (int32) along {@code axis} in the order of their elements, equal ones in the order of the index. -0
     * equals 0, false comes before true, and NaN after all numbers; if {@code descending}, the greatest comes first, and
     * NaN before it.
     */
    record ArgSort(int axis, boolean descending) implements Op {}

    // ---- windows: a box moves over the operand, one entry per axis, 1 where it stays a single element

    /**
     * The elements that a window shows, as one, for each place of the window: the first is at the beginning of every
     * axis, the next is {@code strides} further, the last is wholly inside. So extent n becomes
     * {@code floor((n − window) / stride) + 1}; it is an error if the window is larger than the axis, unless it is
     * a single element. {@code kind} is
     * sum, from +0, or max or min, which propagate NaN.
     */
    record ReduceWindow(ReduceKind kind, List<Integer> windows, List<Integer> strides) implements Op {
        public ReduceWindow {
            windows = List.copyOf(windows);
            strides = List.copyOf(strides);
        }
    }

    /**
     * Where in each window of {@link ReduceWindow} the first greatest or least element is, or the first NaN: its index
     * (int32) in the window's row-major order.
     */
    record ArgWindow(ArgKind kind, List<Integer> windows, List<Integer> strides) implements Op {
        public ArgWindow {
            windows = List.copyOf(windows);
            strides = List.copyOf(strides);
        }
    }

    // ---- contraction

    /**
     * Sum of products over pairs of contracting axes, for each index of the pairs of batch axes. The result's axes: the
     * batch axes in the order given, the free axes of the first operand, those of the second.
     */
    record Dot(List<Integer> batchA, List<Integer> batchB, List<Integer> contractA, List<Integer> contractB)
            implements Op {
        public Dot {
            batchA = List.copyOf(batchA);
            batchB = List.copyOf(batchB);
            contractA = List.copyOf(contractA);
            contractB = List.copyOf(contractB);
        }
    }

    /**
     * The convolution of frameworks, which is a cross-correlation. Inputs: data of shape {@code [G,N,S1…Sd,C]} and a
     * kernel of shape {@code [G,K1…Kd,C,O]}, for d ≥ 1 spatial axes; gives {@code [G,N,S'1…S'd,O]}. Each group g is by
     * itself:
     *
     * <pre>
     * y[g,n,s,o] = Σ over k,c of padded[g,n, s·stride + k·kernelDilation, c] · kernel[g,k,c,o]
     * </pre>
     *
     * <p>where {@code padded} has {@code inputDilation − 1} zeros between spatial neighbours, and {@code low} and
     * {@code high} ones around, as {@link Pad}; negative ones take elements away. A padded extent P becomes
     * {@code floor((P − (K−1)·kernelDilation − 1) / stride) + 1}; it is an error if the dilated kernel is larger than P.
     * Sums start from +0. The lists have one entry per spatial axis; with the group as an axis, both gradients are
     * convolutions again.
     */
    record Conv(List<Integer> strides, List<Dim> low, List<Dim> high, List<Integer> inputDilation,
            List<Integer> kernelDilation) implements Op {
        public Conv {
            strides = List.copyOf(strides);
            low = List.copyOf(low);
            high = List.copyOf(high);
            inputDilation = List.copyOf(inputDilation);
            kernelDilation = List.copyOf(kernelDilation);
        }
    }

    // ---- indexed

    /**
     * Inputs: data, indices (int32 or int64, any shape). Axis {@code axis} of the data is replaced by the axes of the
     * indices, as NumPy's {@code take}. An index outside the axis is an error of the call.
     */
    record Gather(int axis) implements Op {}

    /**
     * Inputs: base, indices, updates (of the type that gathering from base by indices has). The base with each update
     * added at its index; several updates of one element are added in row-major order of the indices.
     */
    record ScatterAdd(int axis) implements Op {}

    // ---- symbolic: gone after differentiation

    /**
     * Inputs: target, source, cotangent (of the target's type). The vector–Jacobian product of target with respect to
     * source.
     */
    record Gradient() implements Op {}

    /** The operand, with derivative zero. */
    record StopGradient() implements Op {}

    /** Stands for a value in the rule of the custom gradient that alone has this id; has none itself. */
    record Placeholder(long id, Type type) implements Op {}

    /**
     * A value whose derivative is told. Inputs: the value y; the operands x1 … xk; {@link Placeholder}s of y's type for
     * the result and for its cotangent; and for each operand, in its type, what its cotangent receives. Is y; where it
     * is differentiated, the rule is copied with this node and its cotangent in the placeholders' stead, and nothing
     * passes through y.
     */
    record CustomGradient() implements Op {

        /** x1 … xk of a node that has this op. */
        public static List<Node> operands(Node node) {
            return node.inputs().subList(1, 1 + count(node));
        }

        /** Whether input {@code i} is an operand. */
        public static boolean isOperand(Node node, int i) {
            return i >= 1 && i <= count(node);
        }

        /** What stands for the node itself in its rule. */
        public static Node result(Node node) {
            return node.input(1 + count(node));
        }

        /** What stands for the node's cotangent in its rule. */
        public static Node cotangent(Node node) {
            return node.input(2 + count(node));
        }

        /** What the cotangent of input {@code i}, which is an operand, receives. */
        public static Node derived(Node node, int i) {
            return node.input(2 + count(node) + i);
        }

        private static int count(Node node) {
            return (node.inputs().size() - 3) / 2;
        }
    }
}
