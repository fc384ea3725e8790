package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
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

/**
 * Loops that sort: for each row, pairs of a key and the element's index are made, sorted by one statement, and the
 * indices stored. A key is an integer in whose order the elements are wanted. One of 64 bits does not fit into a pair:
 * the row is sorted by the lower halves of the keys and then, since equal ones stay in their order, by the upper ones.
 */
final class SortKernel {
    private final Node node;
    private final Op.ArgSort op;
    private final Lowering lowering;
    private final Scopes scopes;
    private final List<Coordinate<Position>> index;
    private final Dim length;
    private final Access.Array.Pairs pairs;

    private SortKernel(Node node, Op.ArgSort op, List<Axis> axes, Lowering lowering) {
        this.node = node;
        this.op = op;
        this.lowering = lowering;
        this.scopes = lowering.scopes();
        this.index = new ArrayList<>(axes.stream().map(axis -> Coordinate.<Position>of(axis)).toList());
        this.length = node.type().shape().dim(op.axis());
        this.pairs = new Access.Array.Pairs(length);
    }

    static LoopKernel.Lowered lower(String name, Node node, Op.ArgSort op, Lowering lowering) {
        Scopes scopes = lowering.scopes();
        List<Dim> dims = node.type().shape().dims();
        List<Axis> axes = IntStream.range(0, dims.size()).mapToObj(axis -> new Axis("i" + axis)).toList();
        List<Integer> rows =
                IntStream.range(0, dims.size()).filter(axis -> axis != op.axis()).boxed().toList();
        Axis row = rows.size() == 1 ? axes.get(rows.getFirst()) : new Axis("row");
        scopes.enter(row);
        if (rows.size() > 1) {
            scopes.define(new Stmt.Split(row, rows.stream().map(axes::get).toList(),
                    rows.stream().map(axis -> Bound.of(dims.get(axis))).toList()));
        }
        new SortKernel(node, op, axes, lowering).row();
        scopes.leave(Bound.Param.FROM, Bound.Param.TO, Stmt.Order.SEQUENTIAL, List.of());
        return new LoopKernel.Lowered(new Nest(name, scopes.finish()),
                Shape.of(rows.stream().map(dims::get).toList()).size());
    }

    private void row() {
        Axis j = new Axis("j");
        scopes.enter(j);
        Value key = key(j);
        boolean wide = key.dtype() == DType.INT64;
        Value first = wide ? binary(Value.BinaryOp.XOR, key, number(DType.INT64, 0x1p31))
                : scopes.let(new Value.Cast(DType.INT64, key));
        scopes.add(new Stmt.Store(pair(j), binary(Value.BinaryOp.OR,
                binary(Value.BinaryOp.SHL, first, number(DType.INT64, 32)),
                new Value.Index(DType.INT64, j))));
        sortAfterLoop();
        if (wide) {
            Axis k = new Axis("k");
            scopes.enter(k);
            Value from = from(k);
            Value upper = binary(Value.BinaryOp.AND, key(from), number(DType.INT64, -0x1p32));
            scopes.add(new Stmt.Store(pair(k), binary(Value.BinaryOp.OR, upper,
                    scopes.let(new Value.Cast(DType.INT64, from)))));
            sortAfterLoop();
        }
        Axis place = new Axis("place");
        scopes.enter(place);
        Value from = from(place);
        scopes.add(new Stmt.Store(lowering.access(node, at(place)), from));
        leaveLoop();
    }

    private void leaveLoop() {
        scopes.leave(Bound.of(0), Bound.of(length), Stmt.Order.SEQUENTIAL, List.of());
    }

    private void sortAfterLoop() {
        leaveLoop();
        scopes.add(new Stmt.Sort(pairs));
    }

    private Access pair(Axis at) {
        return new Access(pairs, Dim.of(0), List.of(new Access.Term(Dim.of(1), at)));
    }

    /** The index in a pair, which is its lower half. */
    private Value from(Axis at) {
        Value pair = scopes.let(new Value.Load(DType.INT64, pair(at)));
        return scopes.let(new Value.Cast(DType.INT32, pair));
    }

    private List<Coordinate<Position>> at(Position position) {
        List<Coordinate<Position>> at = new ArrayList<>(index);
        at.set(op.axis(), Coordinate.of(position));
        return at;
    }

    /** Of the element at {@code position} in the row: of int32, or of int64 for elements of 64 bits. */
    private Value key(Position position) {
        Value x = lowering.value(node.input(0), at(position));
        Value ascending = switch (x.dtype()) {
            case BOOL -> scopes.let(new Value.Cast(DType.INT32, x));
            case INT32, INT64 -> x;
            case FLOAT32 -> ordered(x, DType.INT32);
            case FLOAT64 -> ordered(x, DType.INT64);
        };
        return op.descending() ? scopes.let(new Value.Unary(ascending.dtype(), Value.UnaryOp.NOT, ascending))
                : ascending;
    }

    /**
     * The bits of a floating number, those but the sign inverted if it is negative: so they have its order. All NaNs
     * become the positive one, which is greater than infinity, and -0 becomes 0.
     */
    private Value ordered(Value x, DType integer) {
        Value nan = scopes.let(new Value.Unary(DType.BOOL, Value.UnaryOp.IS_NAN, x));
        Value plusZero = binary(Value.BinaryOp.ADD, x, number(x.dtype(), 0));
        Value one = scopes.let(new Value.Select(x.dtype(), nan, number(x.dtype(), Double.NaN), plusZero));
        Value bits = scopes.let(new Value.Unary(integer, Value.UnaryOp.TO_BITS, one));
        Value sign = binary(Value.BinaryOp.SHR, bits, number(integer, 8 * integer.bytes() - 1));
        Value inverted = binary(Value.BinaryOp.USHR, sign, number(integer, 1));
        return binary(Value.BinaryOp.XOR, bits, inverted);
    }

    private Value binary(Value.BinaryOp operation, Value a, Value b) {
        return scopes.let(new Value.Binary(a.dtype(), operation, a, b));
    }

    private static Value number(DType dtype, double value) {
        return new Value.Constant(dtype, value);
    }
}
