package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.MathFunctions;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.FloatTranspose;
import dev.covector.runtime.kernel.Frame;
import dev.covector.runtime.kernel.Philox;
import dev.covector.runtime.kernel.Scratch;
import dev.covector.runtime.kernel.Sorting;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs a nest as its documentation reads, one number at a time: what all flavours must agree with to the bit.
 */
final class DirectEvaluator {
    private final Frame frame;
    private final Scratch scratch;
    private final List<Dim> dims;
    private final int from;
    private final int to;
    private final Map<Value, Object> values = new IdentityHashMap<>();
    private final Map<Axis, Integer> axes = new IdentityHashMap<>();

    private DirectEvaluator(Frame frame, Scratch scratch, List<Dim> dims, int from, int to) {
        this.frame = frame;
        this.scratch = scratch;
        this.dims = dims;
        this.from = from;
        this.to = to;
    }

    static void run(Nest nest, Frame frame, Scratch scratch, List<Dim> dims, int from, int to) {
        new DirectEvaluator(frame, scratch, dims, from, to).body(nest.body());
    }

    private void body(List<Stmt> body) {
        for (Stmt stmt : body) {
            switch (stmt) {
                case Stmt.Loop loop -> loop(loop);
                case Stmt.Let let -> values.put(let.value(), define(let.value()));
                case Stmt.Store store ->
                        Array.set(array(store.target().array()), element(store.target()),
                                value(store.value()));
                case Stmt.Split split -> {
                    int rest = position(split.source());
                    for (int a = split.axes().size() - 1; a >= 0; a--) {
                        int extent = bound(split.extents().get(a));
                        axes.put(split.axes().get(a), a > 0 ? rest % extent : rest);
                        rest /= extent;
                    }
                }
                case Stmt.Transpose transpose -> {
                    int length = position(transpose.to()) - position(transpose.from());
                    for (int i = 0; i < FloatTranspose.COLUMNS * length; i++) {
                        int column = i / length;
                        int place = i % length;
                        Array.set(array(transpose.target().array()),
                                element(transpose.target()) + place * transpose.step() + column,
                                Array.get(array(transpose.source().array()), element(transpose.source())
                                        + column * dim(transpose.apart()) + place));
                    }
                }
                case Stmt.Sort sort -> {
                    int length = dim(sort.pairs().length());
                    long[] pairs = Sorting.pairs(scratch, length);
                    long[] sorted = Arrays.stream(pairs, 0, length).boxed()
                            .sorted(Comparator.comparingLong(pair -> pair >> 32)).mapToLong(pair -> pair)
                            .toArray();
                    System.arraycopy(sorted, 0, pairs, 0, length);
                }
            }
        }
    }

    private void loop(Stmt.Loop loop) {
        int lower = bound(loop.lower());
        int upper = bound(loop.upper());
        List<Object[]> lanes = new ArrayList<>();
        for (Accumulator accumulator : loop.accumulators()) {
            int count = loop.order() == Stmt.Order.LANES && !accumulator.kind().isIndex()
                    ? 64 / accumulator.operand().dtype().bytes()
                    : 1;
            Object[] states = new Object[count];
            Arrays.fill(states, identity(accumulator));
            lanes.add(states);
        }
        List<Integer> found = new ArrayList<>(java.util.Collections.nCopies(lanes.size(), 0));
        for (int i = lower; i < upper; i++) {
            axes.put(loop.axis(), i);
            if (loop.order() == Stmt.Order.SEQUENTIAL) {
                for (int a = 0; a < lanes.size(); a++) {
                    values.put(loop.accumulators().get(a).result(), lanes.get(a)[0]);
                }
            }
            body(loop.body());
            for (int a = 0; a < lanes.size(); a++) {
                Accumulator accumulator = loop.accumulators().get(a);
                Object[] states = lanes.get(a);
                Object operand = value(accumulator.operand());
                if (accumulator.kind().isIndex()) {
                    double best = ((Number) states[0]).doubleValue();
                    double x = ((Number) operand).doubleValue();
                    boolean better = accumulator.kind() == Accumulator.Kind.ARGMAX ? x > best : x < best;
                    if (better || Double.isNaN(x) && !Double.isNaN(best)) {
                        states[0] = operand;
                        found.set(a, i - lower);
                    }
                } else {
                    int lane = (i - lower) % states.length;
                    states[lane] = combine(accumulator, states[lane], operand);
                }
            }
        }
        for (int a = 0; a < lanes.size(); a++) {
            Accumulator accumulator = loop.accumulators().get(a);
            Object[] states = lanes.get(a);
            for (int w = states.length / 2; w >= 1; w /= 2) {
                for (int l = 0; l < w; l++) {
                    states[l] = combine(accumulator, states[l], states[l + w]);
                }
            }
            values.put(accumulator.result(),
                    accumulator.kind().isIndex() ? found.get(a) : states[0]);
        }
    }

    private static Object identity(Accumulator accumulator) {
        DType dtype = accumulator.operand().dtype();
        return switch (accumulator.kind()) {
            case SUM -> cast(0, dtype);
            case PROD -> cast(1, dtype);
            case ANY -> false;
            case ALL -> true;
            case MAX, ARGMAX -> dtype.isFloating() ? cast(Double.NEGATIVE_INFINITY, dtype)
                    : cast(dtype == DType.INT32 ? Integer.MIN_VALUE : Long.MIN_VALUE, dtype);
            case MIN, ARGMIN -> dtype.isFloating() ? cast(Double.POSITIVE_INFINITY, dtype)
                    : cast(dtype == DType.INT32 ? Integer.MAX_VALUE : Long.MAX_VALUE, dtype);
        };
    }

    private static Object combine(Accumulator accumulator, Object a, Object b) {
        return binary(accumulator.kind().operation(), accumulator.operand().dtype(), a, b);
    }

    private int dim(Dim dim) {
        return dim.isConstant() ? (int) dim.value() : frame.dims[dims.indexOf(dim)];
    }

    private int bound(Bound bound) {
        return switch (bound) {
            case Bound.Extent extent -> dim(extent.dim());
            case Bound.Block block -> block.upper()
                    ? Math.min(dim(block.extent()), (position(block.block()) + 1) * block.size())
                    : position(block.block()) * block.size();
            case Bound.Runs runs ->
                    (bound(runs.value()) + (runs.begun() ? runs.size() - 1 : 0)) / runs.size();
            case Bound.After after -> bound(after.value()) - position(after.run()) * after.size();
            case Bound.Clamped clamped ->
                    Math.min(Math.max(bound(clamped.value()), bound(clamped.low())), bound(clamped.high()));
            case Bound.Ahead ahead -> bound(ahead.base()) + ahead.by();
            case Bound.Param param -> position(param);
        };
    }

    private int position(Position position) {
        return switch (position) {
            case Axis axis -> Objects.requireNonNull(axes.get(axis), axis + " has no value");
            case Value value -> ((Number) value(value)).intValue();
            case Bound.Param param -> switch (param) {
                case FROM -> from;
                case TO -> to;
                case MATRIX -> scratch.matrix;
                case M0 -> scratch.m0;
                case M1 -> scratch.m1;
                case N0 -> scratch.n0;
                case N1 -> scratch.n1;
                case K0 -> scratch.k0;
                case K1 -> scratch.k1;
            };
        };
    }

    private Object array(Access.Array array) {
        return switch (array) {
            case Access.Array.Slot slot -> frame.buffers[slot.index()];
            case Access.Array.Pairs pairs -> Sorting.pairs(scratch, dim(pairs.length()));
            case Access.Array.Stream stream -> throw new AssertionError("no array");
            case Access.Array.Packed packed -> {
                boolean wide = packed.dtype() == DType.FLOAT64;
                yield switch (packed.role()) {
                    case A -> wide ? scratch.a64 : scratch.a;
                    case B -> wide ? scratch.b64 : scratch.b;
                    case TILE -> wide ? scratch.tile64 : scratch.tile;
                    case WIDE -> scratch.wide;
                    case STARTS -> scratch.starts;
                    case PLACES -> scratch.places;
                };
            }
        };
    }

    private int element(Access access) {
        return affine(access) + switch (access.array()) {
            case Access.Array.Slot slot -> frame.offsets[slot.index()];
            case Access.Array.Pairs pairs -> 0;
            case Access.Array.Stream stream -> 0;
            case Access.Array.Packed packed -> switch (packed.role()) {
                case A -> scratch.aOffset;
                case B -> scratch.bOffset;
                case TILE, WIDE, STARTS, PLACES -> 0;
            };
        };
    }

    private int affine(Access access) {
        int sum = dim(access.offset());
        for (Access.Term term : access.terms()) {
            sum += dim(term.stride()) * position(term.position());
        }
        return sum;
    }

    private Object value(Value value) {
        return switch (value) {
            case Value.Constant c -> cast(c.value(), c.dtype());
            case Value.Literal l when l.dtype().isFloating() -> cast(frame.reals[l.slot()], l.dtype());
            case Value.Literal l -> cast(frame.integers[l.slot()], l.dtype());
            case Value.Extent e -> cast(dim(e.dim()), e.dtype());
            case Value.Index i -> cast(position(i.counter()), i.dtype());
            default -> Objects.requireNonNull(values.get(value), "used before it is defined");
        };
    }

    private Object define(Value value) {
        return switch (value) {
            case Value.Load load when load.access().array() instanceof Access.Array.Stream stream ->
                    bits(stream, affine(load.access()));
            case Value.Load load -> Array.get(array(load.access().array()), element(load.access()));
            case Value.Unary unary -> unary(unary);
            case Value.Binary b when b.op() == Value.BinaryOp.POW || b.op() == Value.BinaryOp.ATAN2 ->
                    expanded(b);
            case Value.Binary b -> binary(b.op(), b.dtype(), value(b.a()), value(b.b()));
            case Value.Fma fma -> fma.dtype() == DType.FLOAT32
                    ? (Object) Math.fma((float) value(fma.a()), (float) value(fma.b()),
                            (float) value(fma.c()))
                    : (Object) Math.fma((double) value(fma.a()), (double) value(fma.b()),
                            (double) value(fma.c()));
            case Value.Compare compare -> compare(compare.kind(), value(compare.a()), value(compare.b()));
            case Value.Select select -> value((boolean) value(select.condition()) ? select.a() : select.b());
            case Value.Fallback fallback -> fallback(fallback);
            case Value.Cast cast -> cast(value(cast.x()), cast.dtype());
            case Value.Checked checked -> ((Number) value(checked.index())).intValue();
            default -> value(value);
        };
    }

    private Object bits(Access.Array.Stream stream, int index) {
        return stream.dtype() == DType.INT32
                ? (Object) Philox.bits32(frame.seed, frame.step, stream.number(), index)
                : (Object) Philox.bits64(frame.seed, frame.step, stream.number(), index);
    }

    private Object unary(Value.Unary unary) {
        Object x = value(unary.x());
        return switch (unary.op()) {
            case NEG -> switch (x) {
                case Float f -> -f;
                case Double d -> -d;
                case Integer i -> -i;
                case Long l -> -l;
                default -> throw new AssertionError();
            };
            case ABS -> switch (x) {
                case Float f -> Math.abs(f);
                case Double d -> Math.abs(d);
                case Integer i -> i < 0 ? -i : i;
                case Long l -> l < 0 ? -l : l;
                default -> throw new AssertionError();
            };
            case SIGN -> switch (x) {
                case Float f -> Math.signum(f);
                case Double d -> Math.signum(d);
                case Integer i -> Integer.signum(i);
                case Long l -> (long) Long.signum(l);
                default -> throw new AssertionError();
            };
            case SQRT ->
                    x instanceof Float f ? (Object) (float) Math.sqrt(f) : (Object) Math.sqrt((double) x);
            case RELU -> binary(Value.BinaryOp.MAX, unary.dtype(), x, cast(0, unary.dtype()));
            case NOT -> switch (x) {
                case Boolean b -> !b;
                case Integer i -> ~i;
                case Long l -> ~l;
                default -> throw new AssertionError();
            };
            case TO_BITS -> x instanceof Float f
                    ? (Object) Float.floatToRawIntBits(f)
                    : (Object) Double.doubleToRawLongBits((double) x);
            case FROM_BITS -> x instanceof Integer i
                    ? (Object) Float.intBitsToFloat(i)
                    : (Object) Double.longBitsToDouble((long) x);
            default -> expanded(unary);
        };
    }

    /** A function, by the steps that it stands for. */
    private Object expanded(Value function) {
        List<Stmt.Let> steps = MathFunctions.expand(function);
        for (Stmt.Let step : steps) {
            values.put(step.value(), define(step.value()));
        }
        return value(steps.get(steps.size() - 1).value());
    }

    private Object fallback(Value.Fallback fallback) {
        double x = ((Number) value(fallback.x())).doubleValue();
        if (!(Math.abs(x) > fallback.limit())) {
            return value(fallback.usual());
        }
        return cast(switch (fallback.function()) {
            case SIN -> StrictMath.sin(x);
            case COS -> StrictMath.cos(x);
            case TAN -> StrictMath.tan(x);
            default -> throw new AssertionError(fallback.function());
        }, fallback.dtype());
    }

    private static Object binary(Value.BinaryOp op, DType dtype, Object a, Object b) {
        return switch (dtype) {
            case FLOAT32 -> floats(op, (float) a, (float) b);
            case FLOAT64 -> doubles(op, (double) a, (double) b);
            case INT32 -> ints(op, (int) a, (int) b);
            case INT64 -> longs(op, (long) a, (long) b);
            case BOOL -> switch (op) {
                case AND -> (boolean) a && (boolean) b;
                case OR -> (boolean) a || (boolean) b;
                case XOR -> (boolean) a ^ (boolean) b;
                default -> throw new AssertionError(op);
            };
        };
    }

    private static float floats(Value.BinaryOp op, float a, float b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case REM -> a % b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            default -> throw new AssertionError(op);
        };
    }

    private static double doubles(Value.BinaryOp op, double a, double b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case REM -> a % b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            default -> throw new AssertionError(op);
        };
    }

    private static int ints(Value.BinaryOp op, int a, int b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case REM -> a % b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case SHL -> a << b;
            case SHR -> a >> b;
            case USHR -> a >>> b;
            case POW, ATAN2 -> throw new AssertionError(op);
        };
    }

    private static long longs(Value.BinaryOp op, long a, long b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case REM -> a % b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case SHL -> a << b;
            case SHR -> a >> b;
            case USHR -> a >>> b;
            case POW, ATAN2 -> throw new AssertionError(op);
        };
    }

    private static boolean compare(CompareKind kind, Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return holds(kind, Long.compare(x, y));
        }
        double x = a instanceof Boolean p ? (p ? 1 : 0) : ((Number) a).doubleValue();
        double y = b instanceof Boolean q ? (q ? 1 : 0) : ((Number) b).doubleValue();
        if (Double.isNaN(x) || Double.isNaN(y)) {
            return kind == CompareKind.NE;
        }
        return holds(kind, x < y ? -1 : x > y ? 1 : 0);
    }

    private static boolean holds(CompareKind kind, int order) {
        return switch (kind) {
            case EQ -> order == 0;
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case GT -> order > 0;
            case GE -> order >= 0;
        };
    }

    private static Object cast(Object x, DType to) {
        Object n = x instanceof Boolean b ? (Object) (b ? 1 : 0) : x;
        return switch (n) {
            case Float f -> switch (to) {
                case FLOAT32 -> f;
                case FLOAT64 -> (double) (float) f;
                case INT32 -> (int) (float) f;
                case INT64 -> (long) (float) f;
                case BOOL -> f != 0;
            };
            case Double d -> switch (to) {
                case FLOAT32 -> (float) (double) d;
                case FLOAT64 -> d;
                case INT32 -> (int) (double) d;
                case INT64 -> (long) (double) d;
                case BOOL -> d != 0;
            };
            case Integer i -> switch (to) {
                case FLOAT32 -> (float) (int) i;
                case FLOAT64 -> (double) (int) i;
                case INT32 -> i;
                case INT64 -> (long) (int) i;
                case BOOL -> i != 0;
            };
            case Long l -> switch (to) {
                case FLOAT32 -> (float) (long) l;
                case FLOAT64 -> (double) (long) l;
                case INT32 -> (int) (long) l;
                case INT64 -> l;
                case BOOL -> l != 0;
            };
            default -> throw new AssertionError(x);
        };
    }
}
