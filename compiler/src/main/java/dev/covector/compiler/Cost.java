package dev.covector.compiler;

import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.MathFunctions;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.Type;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel costs at least, as formulas of the named dimensions.
 *
 * <p><b>Flops</b> are floating-point operations: a sum, difference, product, quotient, square root, maximum or minimum is
 * one, a product that is added at once (fma) two. Exponentials and the like are as many as the arithmetic that becomes of
 * them ({@link MathFunctions}). To compare, choose, negate, convert or move numbers is none, nor is anything on integers.
 * What is computed again by each kernel that needs it counts for each.
 *
 * <p><b>Bytes</b> are those of memory: each element that a kernel reads, once, however often it does, and each that it
 * writes. A contraction's packed operands are not among them.
 *
 * @param flops   floating-point operations
 * @param read    bytes
 * @param written bytes
 */
record Cost(Dim flops, Dim read, Dim written) {
    private static final Dim NONE = Dim.of(0);

    /** Bytes read and written. */
    Dim bytes() {
        return read.plus(written);
    }

    /** Of a kernel that leaves the members {@code stored} in memory. */
    static Cost of(Kernel kernel, Collection<Node> stored, Roles roles) {
        Dim flops = NONE;
        for (Node node : computed(kernel, roles)) {
            flops = flops.plus(flops(node));
        }
        Dim written = NONE;
        for (Node node : stored) {
            written = written.plus(bytes(node.type(), node.type().shape().size()));
        }
        return new Cost(flops, read(kernel, roles), written);
    }

    /** The members, and what is inline in their operands, each once. */
    static Set<Node> computed(Kernel kernel, Roles roles) {
        Set<Node> computed = new LinkedHashSet<>();
        Deque<Node> open = new ArrayDeque<>(kernel.members());
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (computed.add(node)) {
                for (Node input : node.inputs()) {
                    if (roles.of(input) == Roles.Role.INLINE) {
                        open.add(input);
                    }
                }
            }
        }
        return computed;
    }

    // ---- flops

    /** Of computing all elements of {@code node} from its operands, at any stage of a graph. */
    static Dim flops(Node node) {
        Dim size = node.type().shape().size();
        boolean floating = node.type().dtype().isFloating();
        return switch (node.op()) {
            case Op.Unary unary -> size.times(ofElement(unary.kind(), node.input(0).type().dtype()));
            case Op.Binary binary -> size.times(ofElement(binary.kind(), node.type().dtype()));
            case Op.Dot dot when floating -> {
                Dim products = size.times(2);
                for (int axis : dot.contractA()) {
                    products = products.times(node.input(0).type().shape().dim(axis));
                }
                yield products;
            }
            case Op.Conv conv when floating -> {
                Shape kernel = node.input(1).type().shape();
                yield size.times(2).times(Shape.of(kernel.dims().subList(1, kernel.rank() - 1)).size());
            }
            case Op.Reduce reduce when floating && reduce.kind() != ReduceKind.ANY
                    && reduce.kind() != ReduceKind.ALL -> node.input(0).type().shape().size();
            case Op.PartialSum partial when floating -> node.input(0).type().shape().size();
            case Op.CumSum sum when floating -> size;
            case Op.ScatterAdd scatter when floating -> node.input(2).type().shape().size();
            case Op.ReduceWindow window when floating ->
                    size.times(window.windows().stream().mapToLong(n -> n).reduce(1, Math::multiplyExact));
            default -> NONE;
        };
    }

    private static int ofElement(UnaryKind kind, DType dtype) {
        if (!dtype.isFloating()) {
            return 0;
        }
        return switch (kind) {
            case SQUARE, RECIPROCAL, SQRT, RELU -> 1;
            case NEG, ABS, SIGN, NOT, IS_NAN, IS_FINITE -> 0;
            case EXP, EXPM1, LOG, LOG1P, SIN, COS, TAN, SINH, COSH, TANH, SIGMOID, SOFTPLUS, ERF, ASIN, ACOS,
                    ATAN, RSQRT, FLOOR, CEIL, ROUND ->
                    steps(new Value.Unary(dtype, Value.UnaryOp.valueOf(kind.name()), any(dtype)));
        };
    }

    private static int ofElement(BinaryKind kind, DType dtype) {
        if (!dtype.isFloating()) {
            return 0;
        }
        return switch (kind) {
            case ADD, SUB, MUL, DIV, REM, MAX, MIN -> 1;
            case POW, ATAN2 -> steps(new Value.Binary(dtype, Value.BinaryOp.valueOf(kind.name()), any(dtype),
                    any(dtype)));
            case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_LOGICAL -> 0;
        };
    }

    private static Value any(DType dtype) {
        return new Value.Index(dtype, new Axis("any"));
    }

    /** The flops of the arithmetic that a function becomes. */
    private static int steps(Value function) {
        int flops = 0;
        for (Stmt.Let let : MathFunctions.expand(function)) {
            flops += !let.value().dtype().isFloating() ? 0 : switch (let.value()) {
                case Value.Fma fma -> 2;
                case Value.Binary binary -> 1;
                case Value.Unary unary -> unary.op() == Value.UnaryOp.SQRT ? 1 : 0;
                default -> 0;
            };
        }
        return flops;
    }

    // ---- bytes

    /** What is read of a buffer: of slices only, or all of it. */
    private static final class Reads {
        final Map<Node, Dim> parts = new LinkedHashMap<>();
        boolean all;
    }

    /** A node, and the part of it that is wanted; null for all. */
    private record Wanted(Node node, @Nullable Node part) {}

    private static Dim read(Kernel kernel, Roles roles) {
        Set<Node> members = new HashSet<>(kernel.members());
        Map<Node, Reads> reads = new LinkedHashMap<>();
        Set<Wanted> seen = new HashSet<>();
        Deque<Wanted> open = new ArrayDeque<>();
        kernel.members().forEach(member -> open.add(new Wanted(member, null)));
        while (!open.isEmpty()) {
            Wanted wanted = open.pop();
            Node node = wanted.node();
            if (!seen.add(wanted)) {
                continue;
            }
            for (int operand = 0; operand < node.inputs().size(); operand++) {
                Node input = node.input(operand);
                Wanted next = new Wanted(input, part(wanted, operand));
                if (members.contains(input)) {
                    continue; // made here; if it is read from memory again, it still is in a cache
                }
                if (roles.of(input) == Roles.Role.INLINE) {
                    open.add(next);
                } else {
                    add(reads, input, next.part(), roles);
                }
            }
        }
        Dim bytes = NONE;
        for (Map.Entry<Node, Reads> entry : reads.entrySet()) {
            Type type = entry.getKey().type();
            Dim whole = type.shape().size();
            Dim parts = entry.getValue().parts.values().stream().reduce(NONE, Dim::plus);
            boolean fewer = !entry.getValue().all
                    && !(parts.isConstant() && whole.isConstant() && parts.value() > whole.value());
            bytes = bytes.plus(bytes(type, fewer ? parts : whole));
        }
        return bytes;
    }

    /** Where {@code wanted} reads its operand: the node of whose elements it reads no more than there are. */
    private static @Nullable Node part(Wanted wanted, int operand) {
        return switch (wanted.node().op()) {
            case Op.Slice slice -> wanted.part() != null ? wanted.part() : wanted.node();
            case Op.Gather gather when operand == 0 -> wanted.node();
            case Op.Transpose transpose -> wanted.part();
            case Op.Reverse reverse -> wanted.part();
            case Op.Reshape reshape -> wanted.part();
            default -> null;
        };
    }

    private static void add(Map<Node, Reads> reads, Node input, @Nullable Node part, Roles roles) {
        Node holder = input;
        while (roles.of(holder) == Roles.Role.VIEW) {
            holder = holder.input(0);
        }
        Reads of = reads.computeIfAbsent(holder, key -> new Reads());
        if (part == null) {
            of.all = true;
        } else {
            of.parts.put(part, part.type().shape().size());
        }
    }

    private static Dim bytes(Type type, Dim elements) {
        return elements.times(type.dtype().bytes());
    }

    // ---- work

    /**
     * About how many elementary operations a member takes, to weigh it against others; instructions of vector code, not
     * flops.
     */
    static Dim work(Node member) {
        Dim size = Roles.isReduction(member) || member.op() instanceof Op.ScatterAdd
                ? member.input(0).type().shape().size() : member.type().shape().size();
        if (member.op() instanceof Op.Dot dot) {
            for (int axis : dot.contractA()) {
                size = size.times(member.input(0).type().shape().dim(axis));
            }
            size = size.floorDiv(8);
        }
        return size.times(Roles.cost(member));
    }
}
