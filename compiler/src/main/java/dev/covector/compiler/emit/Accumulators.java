package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.runtime.DType;
import dev.covector.runtime.kernel.Scratch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * The accumulators of one loop in scalar code. Only floating sums and products can show their order: where
 * that is by lanes they are in an array of the scratch, everything else is in a variable.
 */
final class Accumulators {
    private static final String LANES = Assembler.KERNEL + "Lanes";

    private final Assembler asm;
    private final Names names;
    private final Stmt.Loop loop;
    private final List<State> states = new ArrayList<>();

    /**
     * @param result the variable that holds the result in the end
     * @param at     where in the array the lanes begin
     * @param array  the variable of the array, or -1
     * @param best   the variable of the operand whose index is the result, or -1
     */
    private record State(Accumulator accumulator, int result, int at, int array, int best) {
        DType dtype() {
            return accumulator.operand().dtype();
        }
    }

    /** Makes the variables. With {@code lanes} what can show its order is kept by lanes. */
    Accumulators(Assembler asm, Names names, Stmt.Loop loop, boolean lanes) {
        this.asm = asm;
        this.names = names;
        this.loop = loop;
        int count = 0;
        for (Accumulator accumulator : loop.accumulators()) {
            Value.Accumulated result = accumulator.result();
            DType dtype = accumulator.operand().dtype();
            boolean array = lanes && inLanes(accumulator);
            states.add(new State(accumulator, names.define(result, result.dtype()),
                    array ? count++ * lanes(dtype) : 0, array ? asm.reference() : -1,
                    accumulator.kind().isIndex() ? asm.local(dtype) : -1));
        }
        if (count > Scratch.MAX_IN_LANES) {
            throw new IllegalStateException(
                    count + " floating sums in one loop; there is room for " + Scratch.MAX_IN_LANES);
        }
    }

    /** Whether the order of this accumulator can be seen. */
    static boolean inLanes(Accumulator accumulator) {
        return (accumulator.kind() == Accumulator.Kind.SUM || accumulator.kind() == Accumulator.Kind.PROD)
                && accumulator.operand().dtype().isFloating();
    }

    /** The logical lanes of a type. */
    static int lanes(DType dtype) {
        return 64 / dtype.bytes();
    }

    /** How many iterations make a group in which each lane has the same number of them. */
    int group() {
        return loop.accumulators().stream().filter(Accumulators::inLanes)
                .mapToInt(accumulator -> lanes(accumulator.operand().dtype())).max().orElse(1);
    }

    /** What an accumulator starts from. */
    static void pushIdentity(Assembler asm, Accumulator.Kind kind, DType dtype) {
        switch (kind) {
            case SUM, ANY -> asm.constant(dtype, 0);
            case PROD, ALL -> asm.constant(dtype, 1);
            case MAX, ARGMAX ->
                    pushLimit(asm, dtype, Double.NEGATIVE_INFINITY, Integer.MIN_VALUE, Long.MIN_VALUE);
            case MIN, ARGMIN ->
                    pushLimit(asm, dtype, Double.POSITIVE_INFINITY, Integer.MAX_VALUE, Long.MAX_VALUE);
        }
    }

    private static void pushLimit(Assembler asm, DType dtype, double real, int integer, long wide) {
        switch (dtype) {
            case FLOAT32, FLOAT64 -> asm.constant(dtype, real);
            case INT32 -> asm.constant(integer);
            case INT64 -> asm.constant(wide);
            case BOOL -> throw new IllegalStateException("the limits of bools");
        }
    }

    /** Starts all accumulators. */
    void start() {
        start(true);
    }

    /** Starts all accumulators but the lanes, which vectors bring. */
    void startWithoutLanes() {
        start(false);
    }

    private void start(boolean lanes) {
        for (State state : states) {
            if (state.array() >= 0) {
                names.pushLanes(state.dtype());
                asm.storeReference(state.array(), array(state.dtype()));
                if (!lanes) {
                    continue;
                }
                asm.loadReference(state.array());
                asm.constant(state.at());
                pushIdentity(asm, state.accumulator().kind(), state.dtype());
                asm.callStatic(LANES, "start",
                        "(" + array(state.dtype()) + "I" + Assembler.type(state.dtype()) + ")V");
            } else if (state.best() >= 0) {
                pushIdentity(asm, state.accumulator().kind(), state.dtype());
                asm.store(state.dtype(), state.best());
                asm.constant(0);
                asm.store(DType.INT32, state.result());
            } else {
                pushIdentity(asm, state.accumulator().kind(), state.dtype());
                asm.store(state.dtype(), state.result());
            }
        }
    }

    /** Takes the operands of the current iteration, which is in the lane of the variable {@code lane}. */
    void add(int lane) {
        for (State state : states) {
            DType dtype = state.dtype();
            if (state.array() >= 0) {
                asm.loadReference(state.array());
                pushLane(state, lane);
                asm.op(Opcodes.DUP2);
                asm.arrayLoad(dtype);
                names.push(state.accumulator().operand());
                combine(state);
                asm.arrayStore(dtype);
            } else if (state.best() >= 0) {
                first(state);
            } else {
                asm.load(dtype, state.result());
                names.push(state.accumulator().operand());
                combine(state);
                asm.store(dtype, state.result());
            }
        }
    }

    /**
     * Takes a block of operands that begins with lane 0, for what is kept by lanes.
     *
     * @param pushOperands leaves an array and the place of the first one on the stack
     * @param length       the variable of their number
     */
    void addBlocks(Consumer<Value> pushOperands, int length) {
        for (State state : states) {
            if (state.array() >= 0) {
                asm.loadReference(state.array());
                asm.constant(state.at());
                pushOperands.accept(state.accumulator().operand());
                asm.load(DType.INT32, length);
                String array = array(state.dtype());
                asm.callStatic(LANES, state.accumulator().kind() == Accumulator.Kind.SUM ? "add" : "multiply",
                        "(" + array + "I" + array + "II)V");
            }
        }
    }

    /** Whether something is not kept by lanes. */
    boolean hasOthers() {
        return states.stream().anyMatch(state -> state.array() < 0);
    }

    /** Takes the operands of one iteration, for what is not kept by lanes. */
    void addOthers(Consumer<Value> pushOperand) {
        for (State state : states) {
            if (state.array() < 0) {
                asm.load(state.dtype(), state.result());
                pushOperand.accept(state.accumulator().operand());
                combine(state);
                asm.store(state.dtype(), state.result());
            }
        }
    }

    private void combine(State state) {
        ScalarOps.binary(asm, state.accumulator().kind().operation(), state.dtype());
    }

    private void pushLane(State state, int lane) {
        asm.load(DType.INT32, lane);
        if (lanes(state.dtype()) < group()) {
            asm.constant(lanes(state.dtype()) - 1);
            asm.op(Opcodes.IAND);
        }
        if (state.at() > 0) {
            asm.constant(state.at());
            asm.op(Opcodes.IADD);
        }
    }

    /**
     * {@code if (!(x <= best) && best == best) { best = x; result = i - lower; }}, for the greatest; with {@code >=}
     * for the least.
     */
    private void first(State state) {
        DType dtype = state.dtype();
        boolean least = state.accumulator().kind() == Accumulator.Kind.ARGMIN;
        int notBetter = least ? Opcodes.IFGE : Opcodes.IFLE;
        Label keep = new Label();
        names.push(state.accumulator().operand());
        asm.load(dtype, state.best());
        switch (dtype) {
            case FLOAT32, FLOAT64 -> {
                // Where x is NaN the difference is made one for which the jump is not taken.
                asm.op(dtype == DType.FLOAT32 ? least ? Opcodes.FCMPL : Opcodes.FCMPG
                        : least ? Opcodes.DCMPL : Opcodes.DCMPG);
                asm.jump(notBetter, keep);
                asm.load(dtype, state.best());
                asm.load(dtype, state.best());
                asm.op(dtype == DType.FLOAT32 ? Opcodes.FCMPL : Opcodes.DCMPL);
                asm.jump(Opcodes.IFNE, keep);
            }
            case INT64 -> {
                asm.op(Opcodes.LCMP);
                asm.jump(notBetter, keep);
            }
            case INT32, BOOL -> asm.jump(least ? Opcodes.IF_ICMPGE : Opcodes.IF_ICMPLE, keep);
        }
        names.push(state.accumulator().operand());
        asm.store(dtype, state.best());
        names.pushIndex(loop.axis());
        names.push(loop.lower());
        asm.op(Opcodes.ISUB);
        asm.store(DType.INT32, state.result());
        asm.place(keep);
    }

    /** Puts the lanes together. */
    void finish() {
        for (State state : states) {
            if (state.array() >= 0) {
                asm.loadReference(state.array());
                asm.constant(state.at());
                asm.callStatic(LANES, state.accumulator().kind().toString(),
                        "(" + array(state.dtype()) + "I)" + Assembler.type(state.dtype()).getDescriptor());
                asm.store(state.dtype(), state.result());
            }
        }
    }

    /** Leaves the accumulator's array and the place of its lane {@code lane} on the stack. */
    void pushLanes(Accumulator accumulator, int lane) {
        State state = state(accumulator);
        asm.loadReference(state.array());
        asm.constant(state.at() + lane);
    }

    /** The variable of an accumulator that is not kept in lanes. */
    int variable(Accumulator accumulator) {
        return state(accumulator).result();
    }

    private State state(Accumulator accumulator) {
        for (State state : states) {
            if (state.accumulator() == accumulator) {
                return state;
            }
        }
        throw new IllegalStateException("not an accumulator of this loop");
    }

    private static String array(DType dtype) {
        return "[" + Assembler.type(dtype).getDescriptor();
    }
}
