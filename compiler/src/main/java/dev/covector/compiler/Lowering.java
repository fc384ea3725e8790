package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all kernels share: the value of a node at an index, as statements of the loops that are open. An index has a
 * {@link Coordinate} per axis.
 */
final class Lowering {
    /** In an index: this axis was merged with the next one, which counts for both. */
    static final Axis MERGED = new Axis("merged");

    private final Roles roles;
    private final Buffers buffers;
    private final Scopes scopes = new Scopes();
    private final Map<Node, Boolean> readable = new HashMap<>();

    Lowering(Roles roles, Buffers buffers) {
        this.roles = roles;
        this.buffers = buffers;
    }

    Scopes scopes() {
        return scopes;
    }

    private record Key(Node node, List<Coordinate<Position>> index) {}

    /** From now on {@code node}, though computed by this kernel, is read from its buffer. */
    void readFromBuffer(Node node) {
        readable.put(node, true);
    }

    /** From now on {@code node} is computed where it is needed. */
    void compute(Node node) {
        readable.put(node, false);
    }

    /** From now on {@code node} at {@code index} is {@code value}. */
    void define(Node node, List<Coordinate<Position>> index, Value value) {
        scopes.remember(new Key(node, index), value);
    }

    /** The element of {@code node} at {@code index}. */
    Value value(Node node, List<Coordinate<Position>> index) {
        Key key = new Key(node, index);
        Value known = scopes.recall(key);
        if (known != null) {
            return known;
        }
        // A movement op's element is one of its operand's.
        Value value = !isInMemory(node) && Roles.isMovement(node) ? operand(node, 0, index)
                : scopes.let(compute(node, index));
        scopes.remember(key, value);
        return value;
    }

    /** Where the element is in memory, if it need not be computed. */
    @Nullable
    Access place(Node node, List<Coordinate<Position>> index) {
        return place(node, index, new ArrayList<>());
    }

    /** A coordinate that may be outside the extent of its axis. */
    record Bounded(Coordinate<Position> at, Dim extent) {}

    /** The same, also in padding: then the element is there if what is added to {@code bounds} is within. */
    @Nullable
    Access place(Node node, List<Coordinate<Position>> index, List<Bounded> bounds) {
        if (isInMemory(node)) {
            return access(node, index);
        }
        if (node.op() instanceof Op.Pad pad) {
            for (int axis = 0; axis < index.size(); axis++) {
                if (Patterns.isPadded(pad, axis)) {
                    bounds.add(new Bounded(index.get(axis).moved(pad.low().get(axis).times(-1), 1),
                            node.input(0).type().shape().dim(axis)));
                }
            }
        } else if (!Roles.isMovement(node)) {
            return null;
        }
        return place(node.input(0), IndexMaps.operand(node, 0, index), bounds);
    }

    /** Whether a coordinate is within its extent. */
    Value isWithin(Bounded bounded) {
        Value at = scopes.let(counted(DType.INT32, bounded.at()));
        Value low = scopes.let(new Value.Compare(CompareKind.GE, at, new Value.Constant(DType.INT32, 0)));
        Value high = scopes.let(
                new Value.Compare(CompareKind.LT, at, new Value.Extent(DType.INT32, bounded.extent())));
        return scopes.let(new Value.Binary(DType.BOOL, Value.BinaryOp.AND, low, high));
    }

    private boolean isInMemory(Node node) {
        return switch (roles.of(node)) {
            case LEAF, VIEW -> true;
            case INLINE -> false;
            case MEMBER -> readable.getOrDefault(node, true);
        };
    }

    private Value compute(Node node, List<Coordinate<Position>> index) {
        DType dtype = node.type().dtype();
        if (isInMemory(node)) {
            return new Value.Load(dtype, access(node, index));
        }
        return switch (node.op()) {
            case Op.Constant constant ->
                    new Value.Literal(dtype, buffers.literal(constant.value()), text(constant));
            case Op.Iota iota -> counted(dtype, index.get(iota.axis()));
            case Op.Extent extent -> new Value.Extent(dtype, extent.dim());
            case Op.RandomBits bits -> new Value.Load(dtype,
                    access(new Access.Array.Stream(bits.stream(), dtype), node.type().shape(), index));
            case Op.Unary unary -> unary(unary.kind(), dtype, operand(node, 0, index));
            case Op.Binary binary ->
                    binary(binary.kind(), dtype, operand(node, 0, index), operand(node, 1, index));
            case Op.Compare compare ->
                    new Value.Compare(compare.kind(), operand(node, 0, index), operand(node, 1, index));
            case Op.Select select -> new Value.Select(dtype, operand(node, 0, index), operand(node, 1, index),
                    operand(node, 2, index));
            case Op.Cast cast -> new Value.Cast(dtype, operand(node, 0, index));
            case Op.Gather gather -> new Value.Load(dtype, gathered(node, gather, index));
            case Op.Broadcast op -> throw unexpected(node);
            case Op.Transpose op -> throw unexpected(node);
            case Op.Reshape op -> throw unexpected(node);
            case Op.Slice op -> throw unexpected(node);
            case Op.Reverse op -> throw unexpected(node);
            case Op.Pad op -> throw unexpected(node);
            case Op.Concat op -> throw unexpected(node);
            case Op.Windows op -> throw unexpected(node);
            case Op.Input op -> throw unexpected(node);
            case Op.Parameter op -> throw unexpected(node);
            case Op.Reduce op -> throw unexpected(node);
            case Op.Arg op -> throw unexpected(node);
            case Op.PartialSum op -> throw unexpected(node);
            case Op.CumSum op -> throw unexpected(node);
            case Op.ArgSort op -> throw unexpected(node);
            case Op.ReduceWindow op -> throw unexpected(node);
            case Op.ArgWindow op -> throw unexpected(node);
            case Op.Conv op -> throw unexpected(node);
            case Op.Dot op -> throw unexpected(node);
            case Op.ScatterAdd op -> throw unexpected(node);
            case Op.Gradient op -> throw unexpected(node);
            case Op.StopGradient op -> throw unexpected(node);
            case Op.Placeholder op -> throw unexpected(node);
            case Op.CustomGradient op -> throw unexpected(node);
        };
    }

    /** The index along an axis as a number: exact, where {@code dtype} has it, since it is added up before it is rounded. */
    private Value counted(DType dtype, Coordinate<Position> at) {
        Position plain = at.plain();
        if (plain != null) {
            return new Value.Index(dtype, plain);
        }
        if (at.terms().isEmpty()) {
            return new Value.Extent(dtype, at.offset());
        }
        DType exact = dtype == DType.FLOAT32 ? DType.INT32 : dtype;
        Value sum = new Value.Extent(exact, at.offset());
        for (Coordinate.Term<Position> term : at.terms()) {
            Value scaled = scopes.let(new Value.Binary(exact, Value.BinaryOp.MUL,
                    new Value.Index(exact, term.counter()), new Value.Constant(exact, term.factor())));
            sum = new Value.Binary(exact, Value.BinaryOp.ADD, scaled,
                    sum instanceof Value.Extent ? sum : scopes.let(sum));
        }
        return exact == dtype ? sum : new Value.Cast(dtype, scopes.let(sum));
    }

    private Value operand(Node node, int operand, List<Coordinate<Position>> index) {
        return value(node.input(operand), IndexMaps.operand(node, operand, index));
    }

    private Access gathered(Node node, Op.Gather gather, List<Coordinate<Position>> index) {
        Node data = node.input(0);
        Shape shape = data.type().shape();
        int added = node.input(1).type().shape().rank();
        List<Coordinate<Position>> at = new ArrayList<>(index.subList(0, gather.axis()));
        at.add(Coordinate.of(checked(node, value(node.input(1), IndexMaps.operand(node, 1, index)),
                shape.dim(gather.axis()))));
        at.addAll(index.subList(gather.axis() + added, index.size()));
        return access(data, at);
    }

    /** An index, checked against the extent of the axis that it counts along. */
    Value checked(Node node, Value index, Dim extent) {
        return scopes.let(new Value.Checked(index, extent, buffers.check(node)));
    }

    /** Where the element of {@code node} at {@code index} is in memory. */
    Access access(Node node, List<Coordinate<Position>> index) {
        return access(buffers.of(node), node.type().shape(), index);
    }

    private static Access access(Access.Array array, Shape shape, List<Coordinate<Position>> index) {
        List<Dim> strides = IndexMaps.strides(shape);
        List<Access.Term> terms = new ArrayList<>();
        Dim offset = Dim.of(0);
        for (int axis = 0; axis < index.size(); axis++) {
            Coordinate<Position> at = index.get(axis);
            for (Coordinate.Term<Position> term : at.terms()) {
                if (term.counter() != MERGED) {
                    terms.add(new Access.Term(strides.get(axis).times(term.factor()), term.counter()));
                }
            }
            offset = offset.plus(strides.get(axis).times(at.offset()));
        }
        return new Access(array, offset, terms);
    }

    /** Writes {@code node} at {@code index} to its buffer. */
    void store(Node node, List<Coordinate<Position>> index) {
        Value value = value(node, index);
        scopes.add(new Stmt.Store(access(node, index), value));
    }

    private static Value unary(UnaryKind kind, DType dtype, Value x) {
        return switch (kind) {
            case SQUARE -> new Value.Binary(dtype, Value.BinaryOp.MUL, x, x);
            case RECIPROCAL -> new Value.Binary(dtype, Value.BinaryOp.DIV, new Value.Constant(dtype, 1), x);
            default -> new Value.Unary(dtype, Value.UnaryOp.valueOf(kind.name()), x);
        };
    }

    private Value binary(BinaryKind kind, DType dtype, Value a, Value b) {
        return switch (kind) {
            case SHIFT_LEFT -> select(isWithin(b), new Value.Binary(dtype, Value.BinaryOp.SHL, a, b));
            case SHIFT_RIGHT_LOGICAL ->
                    select(isWithin(b), new Value.Binary(dtype, Value.BinaryOp.USHR, a, b));
            case SHIFT_RIGHT -> {
                Value most = new Value.Constant(dtype, 8 * dtype.bytes() - 1);
                Value bits = scopes.let(new Value.Select(dtype, isWithin(b), b, most));
                yield new Value.Binary(dtype, Value.BinaryOp.SHR, a, bits);
            }
            default -> new Value.Binary(dtype, Value.BinaryOp.valueOf(kind.name()), a, b);
        };
    }

    /** Whether a number of bits is one to shift by; of any other, a shift of the loop form, as Java's, takes the last bits. */
    private Value isWithin(Value bits) {
        DType dtype = bits.dtype();
        Value others = scopes.let(new Value.Binary(dtype, Value.BinaryOp.AND, bits,
                new Value.Constant(dtype, -8 * dtype.bytes())));
        return scopes.let(new Value.Compare(CompareKind.EQ, others, new Value.Constant(dtype, 0)));
    }

    private Value select(Value condition, Value value) {
        return new Value.Select(value.dtype(), condition, scopes.let(value),
                new Value.Constant(value.dtype(), 0));
    }

    private static String text(Op.Constant constant) {
        var tensor = constant.value().tensor();
        return tensor.dtype().isFloating() ? Double.toString(tensor.item()) : Long.toString(tensor.getLong());
    }

    private static InternalCompilerException unexpected(Node node) {
        return InternalCompilerException.at(node, "no loop computes this op");
    }
}
