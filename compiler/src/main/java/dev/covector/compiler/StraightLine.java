package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.MathFunctions;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The nests of a tiny function as one without loops: they are run here, on values in the place of numbers. What they hand
 * to each other in memory stays in variables, equal values are computed once, and all loads come before all stores, so that
 * updates in place are right. Each sum has the order that its loop says, so the bits are the same.
 */
final class StraightLine {
    /** Definitions, with those that functions become, and stores: some 2,000 bytes, which each of HotSpot's compilers takes. */
    private static final int MOST = 256;
    /** Statements that are run before it is clear that it will be too many. */
    private static final int MOST_STEPS = 16 * MOST;

    /** A nest that is run for all of its indices. */
    record Run(Nest nest, int extent) {}

    /** What only loops can do, or too much of it. */
    private static final class Unfit extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unfit() {
            super(null, null, false, false);
        }
    }

    private record Element(Access.Array array, long index) {}

    private final List<Stmt.Let> lets = new ArrayList<>();
    private final Map<Element, Value> memory = new LinkedHashMap<>();
    private final Map<Position, Integer> counters = new IdentityHashMap<>();
    /** What the nests' values are now. */
    private final Map<Value, Value> images = new IdentityHashMap<>();
    /** By what they are made of, so that each is made once. */
    private final Map<List<Object>, Value> made = new HashMap<>();
    private final Map<Value, Integer> numbers = new IdentityHashMap<>();
    private int definitions;
    private int steps;

    private StraightLine() {}

    /**
     * A nest of one index that does what {@code runs} do one after the other; null if it would be too long, or if they do
     * what only loops can.
     *
     * @param kept the slots that are read afterwards
     */
    static @Nullable Nest of(List<Run> runs, Set<Integer> kept) {
        StraightLine line = new StraightLine();
        try {
            for (Run run : runs) {
                line.counters.put(Bound.Param.FROM, 0);
                line.counters.put(Bound.Param.TO, run.extent());
                line.body(run.nest().body());
            }
        } catch (Unfit e) {
            return null;
        }
        return line.nest(kept);
    }

    private @Nullable Nest nest(Set<Integer> kept) {
        List<Stmt> stores = new ArrayList<>();
        Set<Value> used = Collections.newSetFromMap(new IdentityHashMap<>());
        memory.forEach((element, value) -> {
            if (element.array() instanceof Access.Array.Slot slot && kept.contains(slot.index())) {
                stores.add(new Stmt.Store(access(element), value));
                used.add(value);
            }
        });
        if (definitions + stores.size() > MOST) {
            return null;
        }
        List<Stmt> body = new ArrayList<>();
        for (Stmt.Let let : lets.reversed()) {
            if (used.contains(let.value())) {
                used.addAll(operands(let.value()));
                body.add(let);
            }
        }
        Collections.reverse(body);
        body.addAll(stores);
        return new Nest("straight", List.of(new Stmt.Loop(new Axis("once"), Bound.Param.FROM, Bound.Param.TO,
                Stmt.Order.SEQUENTIAL, List.of(), body)));
    }

    // ---- statements

    private void body(List<Stmt> body) {
        for (Stmt stmt : body) {
            if (++steps > MOST_STEPS) {
                throw new Unfit();
            }
            switch (stmt) {
                case Stmt.Loop loop -> loop(loop);
                case Stmt.Let let -> images.put(let.value(), compute(let.value()));
                case Stmt.Store store -> memory.put(element(store.target()), image(store.value()));
                case Stmt.Split split -> split(split);
                case Stmt.Sort sort -> throw new Unfit();
                case Stmt.Transpose transpose -> throw new Unfit();
            }
        }
    }

    private void loop(Stmt.Loop loop) {
        List<Sum> sums =
                loop.accumulators().stream().map(accumulator -> new Sum(accumulator, loop.order())).toList();
        int lower = bound(loop.lower());
        int upper = bound(loop.upper());
        for (int i = lower; i < upper; i++) {
            counters.put(loop.axis(), i);
            body(loop.body());
            for (Sum sum : sums) {
                sum.add(i - lower);
            }
        }
        sums.forEach(Sum::finish);
    }

    /** An accumulator while its loop runs. */
    private final class Sum {
        private final Accumulator accumulator;
        private final DType dtype;
        /** Only floating sums show what they start from: not -0. */
        private final boolean fromZero;
        private final boolean inLanes;
        private final @Nullable Value[] lanes;

        Sum(Accumulator accumulator, Stmt.Order order) {
            if (accumulator.kind().isIndex()) {
                throw new Unfit();
            }
            this.accumulator = accumulator;
            this.dtype = accumulator.operand().dtype();
            this.fromZero = accumulator.kind() == Accumulator.Kind.SUM && dtype.isFloating();
            this.inLanes = order == Stmt.Order.LANES && dtype.isFloating();
            this.lanes = new @Nullable Value[inLanes ? 64 / dtype.bytes() : 1];
            if (!inLanes && fromZero) {
                Value zero = leaf(new Value.Constant(dtype, 0));
                lanes[0] = zero;
                images.put(accumulator.result(), zero);
            }
        }

        void add(int iteration) {
            int lane = iteration % lanes.length;
            Value sum = both(lanes[lane], image(accumulator.operand()));
            lanes[lane] = sum;
            if (!inLanes) {
                images.put(accumulator.result(), sum);
            }
        }

        private Value both(@Nullable Value a, Value b) {
            return a == null ? b : binary(dtype, accumulator.kind().operation(), a, b);
        }

        /** Lanes that had nothing change nothing, but that a sum which began at +0 is not -0. */
        void finish() {
            for (int width = lanes.length / 2; width > 0; width /= 2) {
                for (int lane = 0; lane < width; lane++) {
                    Value other = lanes[lane + width];
                    if (other != null) {
                        lanes[lane] = both(lanes[lane], other);
                    }
                }
            }
            Value sum = lanes[0];
            if (sum == null) {
                throw new Unfit();
            }
            images.put(accumulator.result(), inLanes && fromZero
                    ? binary(dtype, Value.BinaryOp.ADD, leaf(new Value.Constant(dtype, 0)), sum) : sum);
        }
    }

    private void split(Stmt.Split split) {
        int rest = position(split.source());
        for (int a = split.axes().size() - 1; a >= 0; a--) {
            int extent = bound(split.extents().get(a));
            counters.put(split.axes().get(a), a > 0 ? rest % extent : rest);
            rest /= extent;
        }
    }

    // ---- indices

    private int bound(Bound bound) {
        return switch (bound) {
            case Bound.Extent extent -> constant(extent.dim());
            case Bound.Block block -> block.upper()
                    ? Math.min(constant(block.extent()), (position(block.block()) + 1) * block.size())
                    : position(block.block()) * block.size();
            case Bound.Param param -> position(param);
            case Bound.Runs runs -> throw new Unfit();
            case Bound.Ahead ahead -> bound(ahead.base()) + ahead.by();
            case Bound.After after -> throw new Unfit();
            case Bound.Clamped clamped -> Math.clamp(bound(clamped.value()), bound(clamped.low()),
                    bound(clamped.high()));
        };
    }

    private static int constant(Dim dim) {
        if (!dim.isConstant()) {
            throw new Unfit();
        }
        return Math.toIntExact(dim.value());
    }

    private int position(Position position) {
        Integer counter = counters.get(position);
        if (counter == null) {
            throw new Unfit(); // an index that is computed
        }
        return counter;
    }

    private Element element(Access access) {
        if (!(access.array() instanceof Access.Array.Slot)
                && !(access.array() instanceof Access.Array.Stream)) {
            throw new Unfit();
        }
        long index = constant(access.offset());
        for (Access.Term term : access.terms()) {
            int stride = constant(term.stride());
            index += stride == 0 ? 0 : (long) stride * position(term.position());
        }
        return new Element(access.array(), index);
    }

    private static Access access(Element element) {
        return new Access(element.array(), Dim.of(element.index()), List.of());
    }

    // ---- values

    private Value image(Value value) {
        return switch (value) {
            case Value.Constant constant -> leaf(constant);
            case Value.Literal literal -> leaf(literal);
            case Value.Extent extent -> number(extent.dtype(), constant(extent.dim()));
            case Value.Index index -> number(index.dtype(), position(index.counter()));
            default -> {
                Value image = images.get(value);
                if (image == null) {
                    throw new Unfit(); // what a loop has accumulated before its first iteration
                }
                yield image;
            }
        };
    }

    private Value compute(Value value) {
        DType dtype = value.dtype();
        return switch (value) {
            case Value.Load load -> {
                Element element = element(load.access());
                Value stored = memory.get(element);
                yield stored != null ? stored
                        : define(List.of(element), new Value.Load(dtype, access(element)));
            }
            case Value.Unary unary -> {
                Value x = image(unary.x());
                yield define(List.of(unary.op(), dtype, number(x)), new Value.Unary(dtype, unary.op(), x));
            }
            case Value.Binary binary -> binary(dtype, binary.op(), image(binary.a()), image(binary.b()));
            case Value.Fma fma -> {
                Value a = image(fma.a());
                Value b = image(fma.b());
                Value c = image(fma.c());
                yield define(List.of("fma", number(a), number(b), number(c)), new Value.Fma(dtype, a, b, c));
            }
            case Value.Compare compare -> {
                Value a = image(compare.a());
                Value b = image(compare.b());
                yield define(List.of(compare.kind(), number(a), number(b)),
                        new Value.Compare(compare.kind(), a, b));
            }
            case Value.Select select -> {
                Value condition = image(select.condition());
                Value a = image(select.a());
                Value b = image(select.b());
                yield define(List.of("select", number(condition), number(a), number(b)),
                        new Value.Select(dtype, condition, a, b));
            }
            case Value.Cast cast -> {
                Value x = image(cast.x());
                yield define(List.of("cast", dtype, number(x)), new Value.Cast(dtype, x));
            }
            case Value.Constant constant -> image(constant);
            case Value.Literal literal -> image(literal);
            case Value.Extent extent -> image(extent);
            case Value.Index index -> image(index);
            case Value.Fallback fallback -> throw new Unfit();
            case Value.Checked checked -> throw new Unfit();
            case Value.Accumulated accumulated -> throw new Unfit();
        };
    }

    private Value binary(DType dtype, Value.BinaryOp op, Value a, Value b) {
        return define(List.of(op, dtype, number(a), number(b)), new Value.Binary(dtype, op, a, b));
    }

    private Value number(DType dtype, int number) {
        return leaf(new Value.Constant(dtype, dtype == DType.BOOL && number != 0 ? 1 : number));
    }

    private Value leaf(Value leaf) {
        return made.computeIfAbsent(List.of(leaf), key -> leaf);
    }

    private int number(Value value) {
        return numbers.computeIfAbsent(value, key -> numbers.size());
    }

    private Value define(List<Object> key, Value value) {
        Value same = made.get(key);
        if (same != null) {
            return same;
        }
        definitions += Math.max(1, MathFunctions.expand(value).size());
        if (definitions > MOST) {
            throw new Unfit();
        }
        made.put(key, value);
        lets.add(new Stmt.Let(value));
        return value;
    }

    private static List<Value> operands(Value value) {
        return switch (value) {
            case Value.Unary unary -> List.of(unary.x());
            case Value.Binary binary -> List.of(binary.a(), binary.b());
            case Value.Fma fma -> List.of(fma.a(), fma.b(), fma.c());
            case Value.Compare compare -> List.of(compare.a(), compare.b());
            case Value.Select select -> List.of(select.condition(), select.a(), select.b());
            case Value.Cast cast -> List.of(cast.x());
            default -> List.of();
        };
    }
}
