package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether, and how, the iterations of a LANES loop can be the lanes of vectors. A function of the loop alone,
 * not of the machine.
 *
 * <p>Values that don't vary along the loop's axis are computed as scalars, whatever they are. Of those that
 * vary, all must be of one width (bools have none), arrays be read and written one element after the other,
 * and the operations have a vector form that gives the same bits.
 */
public final class Vectorisable {
    private final Stmt.Loop loop;
    private final Set<Position> varying = Collections.newSetFromMap(new IdentityHashMap<>());
    private int bytes;
    private final Set<DType> arrayTypes = EnumSet.noneOf(DType.class);

    private Vectorisable(Stmt.Loop loop) {
        this.loop = loop;
        varying.add(loop.axis());
    }

    /** Whether the vector flavour uses vectors for {@code loop}. */
    public static boolean check(Stmt.Loop loop) {
        return of(loop) != null;
    }

    /** How to use vectors for {@code loop}, or null. */
    static @Nullable Vectorisable of(Stmt.Loop loop) {
        if (loop.order() != Stmt.Order.LANES) {
            return null;
        }
        Vectorisable result = new Vectorisable(loop);
        boolean fits = result.body(loop.body()) && result.accumulators(loop.accumulators(), true);
        if (result.bytes == 0) {
            result.bytes = Integer.BYTES;
        }
        return fits ? result : null;
    }

    /** Whether the value depends on the loop's axis; only then it is a vector. */
    boolean varies(Value value) {
        return varying.contains(value)
                || value instanceof Value.Index index && varying.contains(index.counter());
    }

    /** Bytes of an element of the vectors. */
    int bytes() {
        return bytes;
    }

    /** The types of the arrays that are read or written along the axis. */
    Set<DType> arrayTypes() {
        return arrayTypes;
    }

    private boolean body(List<Stmt> body) {
        for (Stmt stmt : body) {
            if (!stmt(stmt)) {
                return false;
            }
        }
        return true;
    }

    private boolean stmt(Stmt stmt) {
        return switch (stmt) {
            // The body once more, since it may use what the iterations before have accumulated.
            case Stmt.Loop inner -> inner.order() == Stmt.Order.SEQUENTIAL
                    && body(inner.body())
                    && accumulators(inner.accumulators(), false)
                    && (inner.accumulators().isEmpty() || body(inner.body()));
            case Stmt.Let let -> !varyingDefinition(let.value()) || vectorForm(let.value());
            case Stmt.Store store -> stride(store.target()) == 1 && width(store.target().array().dtype())
                    && note(store.target());
            // The digits of a varying index are not affine in it.
            case Stmt.Split split -> !varying.contains(split.source());
            case Stmt.Sort sort -> false;
            case Stmt.Transpose transpose -> false;
        };
    }

    /** Whether the value varies; if so, this is remembered. */
    private boolean varyingDefinition(Value value) {
        Access access = Operands.access(value);
        boolean varies = access != null ? varies(access, null) : varies(value);
        for (Value operand : Operands.of(value)) {
            varies |= varies(operand);
        }
        if (varies) {
            varying.add(value);
        }
        return varies;
    }

    /** Whether an index depends on something that varies, other than {@code axis}. */
    private boolean varies(Access access, @Nullable Axis axis) {
        for (Access.Term term : access.terms()) {
            if (term.position() != axis && !term.stride().isExactly(0) && positionVaries(term.position())) {
                return true;
            }
        }
        return false;
    }

    private boolean positionVaries(Position position) {
        return position instanceof Value value ? varies(value) : varying.contains(position);
    }

    /** The distance of neighbouring lanes' elements, if it is 0 or 1; else -1. */
    private int stride(Access access) {
        Dim stride = access.stride(loop.axis());
        return varies(access, loop.axis()) ? -1 : stride.isExactly(1) ? 1 : stride.isExactly(0) ? 0 : -1;
    }

    private boolean note(Access access) {
        arrayTypes.add(access.array().dtype());
        return true;
    }

    private boolean vectorForm(Value value) {
        if (!width(value.dtype())) {
            return false;
        }
        for (Value operand : Operands.of(value)) {
            if (!width(operand.dtype())) {
                return false;
            }
        }
        return switch (value) {
            case Value.Load load -> stride(load.access()) == 1 && note(load.access());
            case Value.Checked checked -> false;
            case Value.Binary binary -> switch (binary.op()) {
                case DIV -> binary.dtype().isFloating();
                case REM -> false;
                default -> true;
            };
            case Value.Compare compare -> compare.a().dtype() != DType.BOOL
                    || compare.kind() == CompareKind.EQ
                    || compare.kind() == CompareKind.NE;
            // Between 64-bit types AVX2 has no instruction, and the Vector API falls back to boxes.
            case Value.Cast cast -> cast.x().dtype() == cast.dtype() || cast.dtype().bytes() != 8
                    || cast.x().dtype().bytes() != 8;
            case Value.Index index -> index.dtype() != DType.BOOL;
            default -> true;
        };
    }

    /** Whether vectors of this type fit to those seen so far. */
    private boolean width(DType dtype) {
        if (dtype == DType.BOOL) {
            return true;
        }
        if (bytes == 0) {
            bytes = dtype.bytes();
        }
        return bytes == dtype.bytes();
    }

    private boolean accumulators(List<Accumulator> accumulators, boolean outermost) {
        for (Accumulator accumulator : accumulators) {
            Value operand = accumulator.operand();
            if (!outermost && !varies(operand)) {
                continue;
            }
            // AVX2 can't multiply the lanes of 64-bit integers with each other, and the Vector API falls back to boxes.
            boolean boxes = outermost && accumulator.kind() == Accumulator.Kind.PROD
                    && operand.dtype() == DType.INT64;
            if (accumulator.kind().isIndex() || boxes || !width(operand.dtype())) {
                return false;
            }
            if (!outermost) {
                varying.add(accumulator.result());
            }
        }
        return true;
    }
}
