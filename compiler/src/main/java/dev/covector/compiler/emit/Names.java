package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.NestForm;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Value;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Where a nest's numbers are: local variables, filled by a prologue or by definitions, or constants. */
final class Names {
    private static final String FRAME = Assembler.KERNEL + "Frame";
    private static final String SCRATCH = Assembler.KERNEL + "Scratch";
    private static final int FRAME_LOCAL = 0;
    private static final int SCRATCH_LOCAL = 1;
    /** Frame, scratch, from, to. */
    static final List<Object> PARAMETERS = List.of(FRAME, SCRATCH, Opcodes.INTEGER, Opcodes.INTEGER);
    /** In the place of a variable: the array's elements begin at 0. */
    static final int NO_OFFSET = -1;

    private final Assembler asm;
    private final Map<Access.Array, Integer> arrays = new HashMap<>();
    private final Map<Access.Array, Integer> offsets = new HashMap<>();
    private final Map<Dim, Integer> dims = new HashMap<>();
    private final Map<Bound.Param, Integer> params = new HashMap<>();
    private final Map<Value.Literal, Integer> literals = new HashMap<>();
    private final Map<Position, Integer> defined = new IdentityHashMap<>();
    private final List<Position> order = new ArrayList<>();
    private final Map<Access.Array.Stream, Integer> streams = new HashMap<>();
    /** Where the numbers of what the nest uses are in {@code frame.numbers}, or null if they are in the code. */
    private final @Nullable NestForm shared;
    private final int numbers;
    private int seed = -1;
    private int step = -1;

    /** Where a scope begins. */
    record Mark(int locals, int names) {}

    /** Emits the prologue. */
    Names(Assembler asm, Nest nest, Uses uses, List<Dim> frameDims) {
        this.asm = asm;
        shared = nest.form();
        numbers = shared != null ? asm.reference() : -1;
        if (shared != null) {
            asm.loadReference(FRAME_LOCAL);
            asm.field(FRAME, "numbers", "[J");
            asm.storeReference(numbers, "[J");
        }
        params.put(Bound.Param.FROM, 2);
        params.put(Bound.Param.TO, 3);
        uses.dims.forEach(dim -> dim(dim, frameDims));
        uses.arrays.forEach(this::array);
        uses.params.forEach(this::param);
        uses.literals.forEach(this::literal);
        if (uses.random) {
            seed = asm.local(DType.INT64);
            asm.loadReference(FRAME_LOCAL);
            asm.field(FRAME, "seed", "J");
            asm.store(DType.INT64, seed);
            step = frameInt("step");
        }
    }

    /** The frame and the number of a check. */
    void pushCheck(int check) {
        asm.loadReference(FRAME_LOCAL);
        if (shared != null) {
            pushNumber(shared.placeOfCheck(check));
        } else {
            asm.constant(check);
        }
    }

    /** What {@code frame.numbers} has there, as an int. */
    private void pushNumber(int place) {
        pushLongNumber(place);
        asm.op(Opcodes.L2I);
    }

    private void pushLongNumber(int place) {
        asm.loadReference(numbers);
        asm.constant(place);
        asm.arrayLoad(DType.INT64);
    }

    private void array(Access.Array array) {
        String type = "[" + Assembler.type(array.dtype()).getDescriptor();
        int local = asm.reference();
        int offset = isAtStart(array) ? NO_OFFSET : asm.local(DType.INT32);
        switch (array) {
            case Access.Array.Slot slot -> {
                pushFrameArray("buffers", "[Ljava/lang/Object;");
                pushSlot(slot);
                asm.op(Opcodes.AALOAD);
                asm.castReference(type);
                asm.storeReference(local, type);
                if (!slot.atStart()) {
                    pushFrameArray("offsets", "[I");
                    pushSlot(slot);
                    asm.op(Opcodes.IALOAD);
                    asm.store(DType.INT32, offset);
                }
            }
            case Access.Array.Packed packed -> {
                String role = packed.toString();
                asm.loadReference(SCRATCH_LOCAL);
                asm.field(SCRATCH, packed.dtype() == DType.FLOAT64 ? role + "64" : role, type);
                asm.storeReference(local, type);
                if (!isAtStart(packed)) {
                    scratchInt(role + "Offset", offset);
                }
            }
            case Access.Array.Pairs pairs -> {
                callSorting("pairs", pairs, type);
                asm.storeReference(local, type);
            }
            case Access.Array.Stream stream -> {
                asm.loadReference(SCRATCH_LOCAL);
                asm.field(SCRATCH, stream.dtype() == DType.INT64 ? "bits64" : "bits32", type);
                asm.storeReference(local, type);
                if (shared != null) {
                    int number = asm.local(DType.INT64);
                    pushLongNumber(shared.place(stream));
                    asm.store(DType.INT64, number);
                    streams.put(stream, number);
                }
            }
        }
        arrays.put(array, local);
        offsets.put(array, offset);
    }

    private void pushSlot(Access.Array.Slot slot) {
        if (shared != null) {
            pushNumber(shared.place(slot));
        } else {
            asm.constant(slot.index());
        }
    }

    /** Calls a method of {@link dev.covector.runtime.kernel.Sorting} for a row. */
    void callSorting(String method, Access.Array.Pairs pairs, String result) {
        asm.loadReference(SCRATCH_LOCAL);
        push(pairs.length());
        asm.callStatic(Assembler.KERNEL + "Sorting", method, "(L" + SCRATCH + ";I)" + result);
    }

    private static boolean isAtStart(Access.Array array) {
        return switch (array) {
            case Access.Array.Slot slot -> slot.atStart();
            case Access.Array.Packed packed ->
                    packed.role() != Access.Role.A && packed.role() != Access.Role.B;
            case Access.Array.Pairs pairs -> true;
            case Access.Array.Stream stream -> true;
        };
    }

    private void dim(Dim dim, List<Dim> frameDims) {
        int local = asm.local(DType.INT32);
        pushFrameArray("dims", "[I");
        if (shared != null) {
            pushNumber(shared.place(dim));
        } else {
            asm.constant(index(dim, frameDims));
        }
        asm.op(Opcodes.IALOAD);
        asm.store(DType.INT32, local);
        dims.put(dim, local);
    }

    private static int index(Dim dim, List<Dim> frameDims) {
        int index = frameDims.indexOf(dim);
        if (index < 0) {
            throw new IllegalStateException(
                    "the dimension " + dim + " is not among the frame's: " + frameDims);
        }
        return index;
    }

    private void param(Bound.Param param) {
        if (!params.containsKey(param)) {
            int local = asm.local(DType.INT32);
            scratchInt(param.toString(), local);
            params.put(param, local);
        }
    }

    private void literal(Value.Literal literal) {
        boolean real = literal.dtype().isFloating();
        DType source = real ? DType.FLOAT64 : DType.INT64;
        pushFrameArray(real ? "reals" : "integers", real ? "[D" : "[J");
        if (shared != null) {
            pushNumber(shared.place(literal));
        } else {
            asm.constant(literal.slot());
        }
        asm.arrayLoad(source);
        ScalarOps.cast(asm, source, literal.dtype());
        int local = asm.local(literal.dtype());
        asm.store(literal.dtype(), local);
        literals.put(literal, local);
    }

    private void pushFrameArray(String field, String type) {
        asm.loadReference(FRAME_LOCAL);
        asm.field(FRAME, field, type);
    }

    private int frameInt(String field) {
        int local = asm.local(DType.INT32);
        asm.loadReference(FRAME_LOCAL);
        asm.field(FRAME, field, "I");
        asm.store(DType.INT32, local);
        return local;
    }

    private void scratchInt(String field, int local) {
        asm.loadReference(SCRATCH_LOCAL);
        asm.field(SCRATCH, field, "I");
        asm.store(DType.INT32, local);
    }

    Mark mark() {
        return new Mark(asm.mark(), order.size());
    }

    /** Forgets what was defined since {@code mark}. */
    void release(Mark mark) {
        asm.release(mark.locals());
        while (order.size() > mark.names()) {
            defined.remove(order.remove(order.size() - 1));
        }
    }

    /** Makes a variable for {@code name}, to be set by the caller. */
    int define(Position name, DType dtype) {
        int local = asm.local(dtype);
        defined.put(name, local);
        order.add(name);
        return local;
    }

    /** Whether the position is known at this point. */
    boolean knows(Position position) {
        return switch (position) {
            case Bound.Param param -> true;
            case Value.Index index -> knows(index.counter());
            case Value value -> Operands.isLeaf(value) || defined.containsKey(value);
            case Axis axis -> defined.containsKey(axis);
        };
    }

    /**
     * Something equal for equal numbers only: values are records, whose own equality would look at their
     * content.
     */
    Object identity(Position position) {
        return position instanceof Value value && !Operands.isLeaf(value) ? variable(value) : position;
    }

    private int variable(Position name) {
        Integer local = defined.get(name);
        if (local == null) {
            throw new IllegalStateException("used before it is defined: " + name);
        }
        return local;
    }

    void pushArray(Access.Array array) {
        asm.loadReference(known(arrays, array));
    }

    /** The variable that says where the array's elements begin, or {@link #NO_OFFSET}. */
    int offset(Access.Array array) {
        return known(offsets, array);
    }

    /** The variables that say where arrays begin that may begin anywhere. */
    List<Integer> offsets() {
        return offsets.values().stream().filter(offset -> offset != NO_OFFSET).sorted().toList();
    }

    /** From here on all arrays begin at 0, until the result is run. */
    Runnable startAtZero() {
        Map<Access.Array, Integer> before = Map.copyOf(offsets);
        offsets.replaceAll((array, offset) -> NO_OFFSET);
        return () -> offsets.putAll(before);
    }

    private static <K> int known(Map<K, Integer> locals, K key) {
        Integer local = locals.get(key);
        if (local == null) {
            throw new IllegalStateException("not in the prologue: " + key);
        }
        return local;
    }

    void push(Dim dim) {
        if (dim.isConstant()) {
            asm.constant(Math.toIntExact(dim.value()));
        } else {
            asm.load(DType.INT32, known(dims, dim));
        }
    }

    void push(Bound bound) {
        switch (bound) {
            case Bound.Extent extent -> push(extent.dim());
            case Bound.Block block -> {
                if (block.upper()) {
                    push(block.extent());
                }
                pushIndex(block.block());
                asm.constant(block.size());
                asm.op(Opcodes.IMUL);
                if (block.upper()) {
                    asm.constant(block.size());
                    asm.op(Opcodes.IADD);
                    asm.callStatic("java/lang/Math", "min", "(II)I");
                }
            }
            case Bound.Runs runs -> {
                push(runs.value());
                if (runs.begun()) {
                    asm.constant(runs.size() - 1);
                    asm.op(Opcodes.IADD);
                }
                asm.constant(runs.size());
                asm.op(Opcodes.IDIV);
            }
            case Bound.After after -> {
                push(after.value());
                pushIndex(after.run());
                asm.constant(after.size());
                asm.op(Opcodes.IMUL);
                asm.op(Opcodes.ISUB);
            }
            case Bound.Clamped clamped -> {
                push(clamped.value());
                push(clamped.low());
                asm.callStatic("java/lang/Math", "max", "(II)I");
                push(clamped.high());
                asm.callStatic("java/lang/Math", "min", "(II)I");
            }
            case Bound.Ahead ahead -> {
                push(ahead.base());
                asm.constant(ahead.by());
                asm.op(Opcodes.IADD);
            }
            case Bound.Param param -> asm.load(DType.INT32, known(params, param));
        }
    }

    /** What pushes the bound again and again; if it has to be computed, it is now. */
    Runnable fixed(Bound bound) {
        if (bound instanceof Bound.Extent || bound instanceof Bound.Param) {
            return () -> push(bound);
        }
        int local = asm.local(DType.INT32);
        push(bound);
        asm.store(DType.INT32, local);
        return () -> asm.load(DType.INT32, local);
    }

    /** The position as an int. */
    void pushIndex(Position position) {
        switch (position) {
            case Axis axis -> asm.load(DType.INT32, variable(axis));
            case Bound.Param param -> asm.load(DType.INT32, known(params, param));
            case Value value -> {
                push(value);
                ScalarOps.cast(asm, value.dtype(), DType.INT32);
            }
        }
    }

    /** A number that is defined or needs no definition. */
    void push(Value value) {
        switch (value) {
            case Value.Constant constant -> asm.constant(constant.dtype(), constant.value());
            case Value.Literal literal -> asm.load(literal.dtype(), known(literals, literal));
            case Value.Extent extent -> {
                push(extent.dim());
                ScalarOps.cast(asm, DType.INT32, extent.dtype());
            }
            case Value.Index index -> {
                pushIndex(index.counter());
                ScalarOps.cast(asm, DType.INT32, index.dtype());
            }
            default -> asm.load(value.dtype(), variable(value));
        }
    }

    /** The arguments that say which random numbers, but for the index. */
    void pushStream(Access.Array.Stream stream) {
        asm.load(DType.INT64, seed);
        asm.load(DType.INT32, step);
        if (shared != null) {
            asm.load(DType.INT64, known(streams, stream));
        } else {
            asm.constant(stream.number());
        }
    }

    /** The array of rows for the loops of a block. */
    void pushRows() {
        asm.loadReference(SCRATCH_LOCAL);
        asm.callVirtual(SCRATCH, "rows", "()[F");
    }

    /** The array of {@link dev.covector.runtime.kernel.Lanes} for floating sums and products of a type. */
    void pushLanes(DType dtype) {
        asm.loadReference(SCRATCH_LOCAL);
        asm.field(SCRATCH, dtype == DType.FLOAT32 ? "lanes32" : "lanes64",
                "[" + Type.getDescriptor(dtype == DType.FLOAT32 ? float.class : double.class));
    }

    /** The array of {@link dev.covector.runtime.kernel.StrictLanes} for vectors of a type. */
    void pushStrictLanes(DType dtype) {
        asm.loadReference(SCRATCH_LOCAL);
        asm.field(SCRATCH, dtype == DType.FLOAT32 ? "strict32" : "strict64",
                Type.getDescriptor(dtype == DType.FLOAT32 ? float[].class : double[].class));
    }
}
