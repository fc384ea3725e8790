package dev.covector.compiler.loop;

import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * What a nest does, whatever it does it to: its statements, in which slots, dimensions that are not constants, literals,
 * checks and streams are <em>subjects</em>, numbered in the order in which they come up. Nests of equal forms can run one
 * method, which is told their subjects: so do equal layers of a deep network, and HotSpot compiles one of them.
 *
 * <p>All else is part of the form: types, constant extents, strides and offsets, the order of statements, and which subjects are
 * the same one. Whether two slots are one array, as in an update in place, is not, since code never looks at that.
 */
public final class NestForm {
    /** A check of an index, by its number. */
    private record Check(int number) {}

    private final StringBuilder words = new StringBuilder();
    private final String text;
    /** {@link Access.Array.Slot}s, {@link Access.Array.Stream}s, {@link Value.Literal}s, {@link Dim}s and checks: their places. */
    private final Map<Object, Integer> subjects = new LinkedHashMap<>();
    private final Map<Position, Integer> positions = new IdentityHashMap<>();

    private NestForm(Nest nest) {
        body(nest.body());
        text = words.toString();
    }

    /** The form of a nest. */
    public static NestForm of(Nest nest) {
        return new NestForm(nest);
    }

    /** The place of a buffer among the subjects. */
    public int place(Access.Array.Slot slot) {
        return known(slot);
    }

    /** The place of a literal among the subjects. */
    public int place(Value.Literal literal) {
        return known(literal);
    }

    /** The place of a dimension, not a constant, among the subjects. */
    public int place(Dim dim) {
        return known(dim);
    }

    /** The place of a check among the subjects. */
    public int placeOfCheck(int check) {
        return known(new Check(check));
    }

    /** The place of a stream among the subjects. */
    public int place(Access.Array.Stream stream) {
        return known(stream);
    }

    private int known(Object subject) {
        Integer place = subjects.get(subject);
        if (place == null) {
            throw new IllegalStateException("not in the nest: " + subject);
        }
        return place;
    }

    /** The numbers of the subjects, by their place; a dimension's is that which {@code dims} gives it. */
    public List<Long> numbers(ToIntFunction<Dim> dims) {
        List<Long> numbers = new ArrayList<>(subjects.size());
        for (Object subject : subjects.keySet()) {
            numbers.add(switch (subject) {
                case Access.Array.Slot slot -> (long) slot.index();
                case Access.Array.Stream stream -> stream.number();
                case Value.Literal literal -> (long) literal.slot();
                case Dim dim -> (long) dims.applyAsInt(dim);
                case Check check -> (long) check.number();
                default -> throw new IllegalStateException("no subject: " + subject);
            });
        }
        return numbers;
    }

    /** What the subjects are called in a listing, by their place; that of a check is empty. */
    List<String> names() {
        return subjects.keySet().stream().map(subject -> switch (subject) {
            case Value.Literal literal -> literal.text();
            case Check check -> "";
            default -> subject.toString();
        }).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NestForm form && text.equals(form.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    // ---- the text: what a thing is, then its parts, so that no two read the same. Records are taken apart completely,
    // so that one that gets a part more is an error here.

    private void put(Object word) {
        words.append(word).append(' ');
    }

    private void put(long number) {
        words.append(number).append(' ');
    }

    private void subject(Object subject) {
        Integer known = subjects.putIfAbsent(subject, subjects.size());
        put(known != null ? known : subjects.size() - 1);
    }

    private void body(List<Stmt> body) {
        put(body.size());
        body.forEach(this::stmt);
    }

    private void stmt(Stmt stmt) {
        switch (stmt) {
            case Stmt.Loop(Axis axis, Bound lower, Bound upper, Stmt.Order order, List<
                    Accumulator> sums, List<Stmt> body) -> {
                put(order);
                bound(lower);
                bound(upper);
                position(axis);
                body(body);
                put(sums.size());
                sums.forEach(this::accumulator);
            }
            case Stmt.Let(Value value) -> {
                put("let");
                definition(value);
                define(value);
            }
            case Stmt.Store(Access target, Value value) -> {
                put("store");
                access(target);
                position(value);
            }
            case Stmt.Split(Position source, List<Axis> axes, List<Bound> extents) -> {
                put("split");
                position(source);
                put(axes.size());
                axes.forEach(this::position);
                extents.forEach(this::bound);
            }
            case Stmt.Sort(Access.Array.Pairs pairs) -> {
                put("sort");
                array(pairs);
            }
            case Stmt.Transpose(Access source, Dim apart, Access target, int step, Bound.Param from, Bound.Param to) -> {
                put("transpose");
                access(source);
                dim(apart);
                access(target);
                put(step);
                put(from);
                put(to);
            }
        }
    }

    private void accumulator(Accumulator accumulator) {
        switch (accumulator) {
            case Accumulator(Accumulator.Kind kind, Value operand, Value.Accumulated result) -> {
                put(kind);
                position(operand);
                position(result);
            }
        }
    }

    private void define(Position position) {
        put(positions.computeIfAbsent(position, key -> positions.size()));
    }

    /** What is defined somewhere, by its number, or what needs no definition. */
    private void position(Position position) {
        switch (position) {
            case Bound.Param param -> put(param);
            case Value.Constant constant -> definition(constant);
            case Value.Literal literal -> definition(literal);
            case Value.Extent extent -> definition(extent);
            case Value.Index index -> definition(index);
            case Axis axis -> define(axis);
            case Value value -> define(value);
        }
    }

    private void definition(Value definition) {
        put(definition.dtype());
        switch (definition) {
            case Value.Constant(DType dtype, double value) -> {
                put("constant");
                put(Double.doubleToRawLongBits(value));
            }
            case Value.Literal literal -> {
                put("literal");
                subject(literal);
            }
            case Value.Extent(DType dtype, Dim dim) -> {
                put("extent");
                dim(dim);
            }
            case Value.Index(DType dtype, Position counter) -> {
                put("index");
                position(counter);
            }
            case Value.Load(DType dtype, Access access) -> {
                put("load");
                access(access);
            }
            case Value.Unary(DType dtype, Value.UnaryOp op, Value x) -> {
                put(op);
                position(x);
            }
            case Value.Binary(DType dtype, Value.BinaryOp op, Value a, Value b) -> {
                put(op);
                position(a);
                position(b);
            }
            case Value.Fma(DType dtype, Value a, Value b, Value c) -> {
                put("fma");
                position(a);
                position(b);
                position(c);
            }
            case Value.Compare(CompareKind kind, Value a, Value b) -> {
                put(kind);
                position(a);
                position(b);
            }
            case Value.Select(DType dtype, Value condition, Value a, Value b) -> {
                put("select");
                position(condition);
                position(a);
                position(b);
            }
            case Value.Fallback(Value usual, Value.UnaryOp function, Value x, double limit) -> {
                put("fallback");
                position(usual);
                put(function);
                position(x);
                put(Double.doubleToRawLongBits(limit));
            }
            case Value.Cast(DType dtype, Value x) -> {
                put("cast");
                position(x);
            }
            case Value.Checked(Value index, Dim extent, int check) -> {
                put("checked");
                position(index);
                dim(extent);
                subject(new Check(check));
            }
            case Value.Accumulated(DType dtype, Accumulator.Kind kind) -> put(kind);
        }
    }

    private void dim(Dim dim) {
        if (dim.isConstant()) {
            put(dim.value());
        } else {
            put("dim");
            subject(dim);
        }
    }

    private void access(Access access) {
        switch (access) {
            case Access(Access.Array array, Dim offset, List<Access.Term> terms) -> {
                array(array);
                dim(offset);
                put(terms.size());
                for (Access.Term term : terms) {
                    dim(term.stride());
                    position(term.position());
                }
            }
        }
    }

    private void array(Access.Array array) {
        put(array.dtype());
        switch (array) {
            case Access.Array.Slot slot -> {
                put(slot.atStart() ? "buffer" : "input");
                subject(slot);
            }
            case Access.Array.Packed(Access.Role role, DType dtype) -> put(role);
            case Access.Array.Pairs(Dim length) -> {
                put("pairs");
                dim(length);
            }
            case Access.Array.Stream stream -> {
                put("stream");
                subject(stream);
            }
        }
    }

    private void bound(Bound bound) {
        switch (bound) {
            case Bound.Extent(Dim dim) -> {
                put("extent");
                dim(dim);
            }
            case Bound.Block(Axis block, int size, Dim extent, boolean upper) -> {
                put(upper ? "end" : "begin");
                position(block);
                put(size);
                dim(extent);
            }
            case Bound.Runs(Bound value, int size, boolean begun) -> {
                put(begun ? "begun" : "ended");
                bound(value);
                put(size);
            }
            case Bound.After(Bound value, Axis run, int size) -> {
                put("after");
                bound(value);
                position(run);
                put(size);
            }
            case Bound.Clamped(Bound value, Bound low, Bound high) -> {
                put("clamped");
                bound(value);
                bound(low);
                bound(high);
            }
            case Bound.Ahead(Bound base, int by) -> {
                put("ahead");
                bound(base);
                put(by);
            }
            case Bound.Param param -> put(param);
        }
    }
}
