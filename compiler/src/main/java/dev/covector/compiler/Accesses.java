package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What nests read, write, need to know of the extents, and whether they can fail. */
final class Accesses {
    /** A load or a store of a nest. */
    record Touch(Access access, boolean isStore) {
        boolean isOf(int slot) {
            return access.array() instanceof Access.Array.Slot array && array.index() == slot;
        }
    }

    private final List<Touch> touches = new ArrayList<>();
    private final Set<Dim> dims = new LinkedHashSet<>();
    private boolean canFail;

    private Accesses() {}

    /** The slots among {@code touches} that are stored to, or loaded from. */
    static Set<Integer> slots(List<Touch> touches, boolean stores) {
        Set<Integer> slots = new TreeSet<>();
        for (Touch touch : touches) {
            if (touch.isStore() == stores && touch.access().array() instanceof Access.Array.Slot slot) {
                slots.add(slot.index());
            }
        }
        return slots;
    }

    /** Whether each element is read, if at all, at the index where it is then written, and not again after that. */
    static boolean readsJustBeforeWriting(List<Touch> touches, int old, int fresh) {
        Access written = null;
        for (Touch touch : touches.reversed()) {
            Access access = touch.access();
            if (touch.isOf(fresh) && touch.isStore() && written == null) {
                written = access;
            } else if (touch.isOf(fresh) || touch.isOf(old) && (written == null
                    || !isAt(access, written))) {
                return false;
            }
        }
        return written != null;
    }

    /**
     * Whether a kernel that writes both needs no element of the one, for itself alone, after it has written the other there: what it keeps
     * of a row until the next pass over it, for instance.
     */
    static boolean isDoneWhenWritten(List<Touch> touches, int old, int fresh) {
        Access written = null;
        for (Touch touch : touches) {
            if (touch.isOf(fresh) && touch.isStore() == (written == null)) {
                written = written == null ? touch.access() : written;
            } else if (touch.isOf(fresh) || touch.isOf(old) && written != null) {
                return false;
            }
        }
        for (Touch touch : touches) {
            if (touch.isOf(old) && (written == null || !isAt(touch.access(), written))) {
                return false;
            }
        }
        return written != null;
    }

    private static boolean isAt(Access access, Access other) {
        return access.offset().equals(other.offset()) && access.terms().equals(other.terms());
    }

    /**
     * All loads and stores of a task's nests, in the order of the text, and behind them, at no certain index, what the runtime
     * reads of a contraction's operands where they are.
     */
    static List<Touch> touches(Program.Task task, List<Nest> nests) {
        List<Touch> touches = new ArrayList<>(of(nests).touches);
        if (task instanceof Program.Task.Contraction contraction) {
            Stream.of(contraction.a(), contraction.b()).flatMap(Optional::stream).forEach(operand -> {
                Access.Array array =
                        new Access.Array.Slot(operand.slot(), contraction.dtype(), "an operand in place");
                touches.add(new Touch(new Access(array, Dim.of(0), List.of()), false));
            });
        }
        return touches;
    }

    /** Whether data can end the call while one of the nests runs: an index out of range, or a divisor 0. */
    static boolean canFail(List<Nest> nests) {
        return of(nests).canFail;
    }

    /** The dimensions in nests that are not constants, each once, in the order of their first use. */
    static List<Dim> dims(List<Nest> nests) {
        return List.copyOf(of(nests).dims);
    }

    private static Accesses of(List<Nest> nests) {
        Accesses accesses = new Accesses();
        nests.forEach(nest -> accesses.statements(nest.body()));
        return accesses;
    }

    private void statements(List<Stmt> statements) {
        for (Stmt statement : statements) {
            switch (statement) {
                case Stmt.Loop loop -> {
                    bound(loop.lower());
                    bound(loop.upper());
                    statements(loop.body());
                    loop.accumulators().forEach(accumulator -> operand(accumulator.operand()));
                }
                case Stmt.Let let -> {
                    switch (let.value()) {
                        case Value.Load load -> {
                            touches.add(new Touch(load.access(), false));
                            access(load.access());
                        }
                        case Value.Checked checked -> {
                            canFail = true;
                            dim(checked.extent());
                            operand(checked.index());
                        }
                        case Value value -> operands(value);
                    }
                }
                case Stmt.Store store -> {
                    touches.add(new Touch(store.target(), true));
                    access(store.target());
                    operand(store.value());
                }
                case Stmt.Split split -> split.extents().forEach(this::bound);
                case Stmt.Sort sort -> dim(sort.pairs().length());
                case Stmt.Transpose transpose -> {
                    touches.add(new Touch(transpose.source(), false));
                    touches.add(new Touch(transpose.target(), true));
                    access(transpose.source());
                    access(transpose.target());
                    dim(transpose.apart());
                }
            }
        }
    }

    /** A constant is in the code. */
    private void dim(Dim dim) {
        if (!dim.isConstant()) {
            dims.add(dim);
        }
    }

    private void access(Access access) {
        dim(access.offset());
        for (Access.Term term : access.terms()) {
            dim(term.stride());
        }
    }

    private void bound(Bound bound) {
        switch (bound) {
            case Bound.Extent extent -> dim(extent.dim());
            case Bound.Block block -> dim(block.extent());
            case Bound.Runs runs -> bound(runs.value());
            case Bound.After after -> bound(after.value());
            case Bound.Clamped clamped -> {
                bound(clamped.value());
                bound(clamped.low());
                bound(clamped.high());
            }
            case Bound.Ahead ahead -> bound(ahead.base());
            case Bound.Param param -> {
            }
        }
    }

    /** An extent as a number needs no statement of its own, so it is found where it is used. */
    private void operands(Value value) {
        switch (value) {
            case Value.Unary v -> operand(v.x());
            case Value.Binary v -> {
                boolean divides = v.op() == Value.BinaryOp.DIV || v.op() == Value.BinaryOp.REM;
                canFail |= divides && v.dtype().isInteger();
                operand(v.a());
                operand(v.b());
            }
            case Value.Fma v -> {
                operand(v.a());
                operand(v.b());
                operand(v.c());
            }
            case Value.Compare v -> {
                operand(v.a());
                operand(v.b());
            }
            case Value.Select v -> {
                operand(v.condition());
                operand(v.a());
                operand(v.b());
            }
            case Value.Cast v -> operand(v.x());
            default -> operand(value);
        }
    }

    private void operand(Value value) {
        if (value instanceof Value.Extent extent) {
            dim(extent.dim());
        }
    }
}
