package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.kernel.StrictLanes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * Emits the values of a {@link VectorLoop}, each as the vector of a part's lanes, or, of bools, as their mask. What doesn't vary
 * along the axis is computed by the scalar emitter and broadcast: before the loop if it is known there, else where it is used.
 */
final class VectorValues {
    private final NestEmitter nest;
    private final Assembler asm;
    private final Stmt.Loop loop;
    private final Vectorisable lanes;
    private final VectorOps ops;
    /** Lanes of a vector. */
    private final int length;
    /** How far from the first lane of the group each part begins. */
    private final int[] ahead;

    /** Variables of vectors: of each part's values, and of those broadcast before the loop. */
    private final List<Map<Value, Integer>> vectors = new ArrayList<>();
    private final Map<Value, Integer> broadcasts = new IdentityHashMap<>();
    private final Map<Value.Constant, Integer> constants = new HashMap<>();
    /** Which vectors a mask is for. */
    private final Map<Value, DType> maskTypes = new IdentityHashMap<>();
    /** Of each part, in the masked tail: the variables of the masks of its lanes. */
    private final List<Map<DType, Integer>> masks = new ArrayList<>();
    /** The part at work. */
    private int part;

    VectorValues(NestEmitter nest, Stmt.Loop loop, Vectorisable lanes, VectorOps ops, int length,
            int[] ahead) {
        this.nest = nest;
        this.asm = nest.asm;
        this.loop = loop;
        this.lanes = lanes;
        this.ops = ops;
        this.length = length;
        this.ahead = ahead;
        for (int p = 0; p < ahead.length; p++) {
            vectors.add(new IdentityHashMap<>());
            masks.add(new EnumMap<>(DType.class));
        }
    }

    /** Goes to work on a part. */
    void at(int number) {
        part = number;
    }

    /** The part at work. */
    int part() {
        return part;
    }

    /** Names what the part at work has in the variable {@code local}: vectors, or masks for vectors of {@code type}. */
    void define(Value value, int local, DType type) {
        vectors.get(part).put(value, local);
        maskTypes.put(value, type);
    }

    /** From now on, loads and stores of the part at work leave the lanes alone that the mask on the stack leaves out. */
    void mask(DType type) {
        masks.get(part).put(type, variable(DType.BOOL));
    }

    /** Whether the part at work leaves lanes of {@code type} alone. */
    boolean isMasked(DType type) {
        return masks.get(part).containsKey(type);
    }

    /** All lanes of all parts count again. */
    void unmask() {
        masks.forEach(Map::clear);
    }

    void pushTailMask(DType dtype) {
        Integer mask = masks.get(part).get(dtype);
        if (mask != null) {
            asm.loadReference(mask);
        }
    }

    /** The operands that are needed as vectors. */
    static List<Value> operands(Value value) {
        if (value instanceof Value.Binary binary && isShift(binary.op())
                && binary.b() instanceof Value.Constant) {
            return List.of(binary.a());
        }
        return Operands.of(value);
    }

    void broadcastBefore(Value value) {
        if (value instanceof Value.Constant constant) {
            constants.computeIfAbsent(constant, this::broadcast);
        } else if (!lanes.varies(value) && nest.names.knows(value) && !broadcasts.containsKey(value)) {
            broadcasts.put(value, broadcast(value));
        }
    }

    private int broadcast(Value value) {
        pushBroadcast(value);
        return variable(value.dtype());
    }

    /** A variable of its own for the vector on the stack, or, of bools, the mask. */
    int variable(DType dtype) {
        int local = asm.reference();
        asm.storeReference(local, VectorOps.type(dtype));
        return local;
    }

    private void pushBroadcast(Value value) {
        Runnable scalar = () -> nest.names.push(value);
        if (value.dtype() == DType.BOOL) {
            ops.broadcastMask(maskType(value), scalar);
        } else {
            ops.broadcast(value.dtype(), scalar);
        }
    }

    /** Array and index of the first lane. */
    private void pushElement(Access access) {
        nest.names.pushArray(access.array());
        nest.indexing.pushElement(access);
        if (part > 0 && access.stride(loop.axis()).isExactly(1)) {
            asm.constant(ahead[part]);
            asm.op(Opcodes.IADD);
        }
    }

    /** Array and index of the first lane's random integer, when all lanes have been drawn. */
    private void pushDrawn(Access.Array.Stream stream, Access access) {
        nest.names.pushArray(stream);
        nest.names.pushStream(stream);
        nest.indexing.pushElement(access);
        if (part > 0) {
            asm.constant(ahead[part]);
            asm.op(Opcodes.IADD);
        }
        asm.constant(length);
        nest.names.pushArray(stream);
        boolean wide = stream.dtype() == DType.INT64;
        asm.callStatic(Assembler.KERNEL + "Philox", wide ? "bits64" : "bits32",
                wide ? "(JIJII[J)I" : "(JIJII[I)I");
    }

    void store(Stmt.Store store) {
        DType dtype = store.target().array().dtype();
        Runnable element = () -> pushElement(store.target());
        Runnable value = () -> push(store.value());
        if (dtype == DType.BOOL) {
            ops.storeMask(value, element);
        } else {
            ops.store(dtype, value, element, isMasked(dtype), () -> pushTailMask(dtype));
        }
    }

    void let(Stmt.Let let) {
        List<Stmt.Let> steps = nest.uses.steps(let);
        for (Stmt.Let step : steps) {
            Value value = step == steps.get(steps.size() - 1) ? let.value() : step.value();
            compute(step.value());
            vectors.get(part).put(value, variable(value.dtype()));
            if (value.dtype() == DType.BOOL) {
                maskTypes.put(value, maskType(step.value()));
            }
        }
    }

    private DType maskType(Value value) {
        return maskTypes.getOrDefault(value, maskType());
    }

    /** What masks are for unless they come from a comparison. */
    DType maskType() {
        return lanes.bytes() == 8 ? DType.INT64 : DType.INT32;
    }

    /** A mask for vectors of {@code dtype}. */
    void pushMask(Value value, DType dtype) {
        push(value);
        if (maskType(value) != dtype) {
            ops.castMask(dtype);
        }
    }

    void push(Value value) {
        Integer local = value instanceof Value.Constant constant ? constants.get(constant)
                : vectors.get(part).get(value);
        if (local == null) {
            local = broadcasts.get(value);
        }
        if (local != null) {
            asm.loadReference(local);
        } else if (value instanceof Value.Index index && lanes.varies(index)) {
            ops.indices(index.dtype(), () -> {
                nest.names.pushIndex(index.counter());
                if (part > 0) {
                    asm.constant(ahead[part]);
                    asm.op(Opcodes.IADD);
                }
            });
        } else {
            pushBroadcast(value);
        }
    }

    private void compute(Value value) {
        DType dtype = value.dtype();
        switch (value) {
            case Value.Load load -> {
                Runnable element = () -> pushElement(load.access());
                if (load.access().array() instanceof Access.Array.Stream stream) {
                    // All lanes, those past the end too: nothing is there that could not be read.
                    ops.load(dtype, () -> pushDrawn(stream, load.access()), false, () -> {});
                } else if (dtype == DType.BOOL) {
                    ops.loadMask(maskType(load), element);
                } else {
                    ops.load(dtype, element, isMasked(dtype), () -> pushTailMask(dtype));
                }
            }
            case Value.Unary unary -> unary(unary);
            case Value.Binary binary -> binary(binary);
            case Value.Fma fma ->
                    ops.fma(dtype, () -> push(fma.a()), () -> push(fma.b()), () -> push(fma.c()));
            case Value.Compare compare -> compare(compare);
            case Value.Select select -> select(select);
            case Value.Fallback fallback -> fallback(fallback);
            case Value.Cast cast -> cast(cast);
            case Value.Index index -> push(index);
            case Value.Constant constant -> push(constant);
            case Value.Literal literal -> push(literal);
            case Value.Extent extent -> push(extent);
            case Value.Checked checked -> throw scalarOnly(checked);
            case Value.Accumulated accumulated -> throw scalarOnly(accumulated);
        }
    }

    private static IllegalStateException scalarOnly(Value value) {
        return new IllegalStateException("has no vector form: " + value);
    }

    private void unary(Value.Unary unary) {
        DType dtype = unary.dtype();
        Runnable x = () -> push(unary.x());
        switch (unary.op()) {
            case NEG -> ops.method("neg", dtype, x);
            case ABS -> ops.method("abs", dtype, x);
            case SQRT -> ops.method("sqrt", dtype, x);
            case RELU -> ops.binary(BinaryOp.MAX, dtype, x, () -> constant(dtype, 0));
            case SIGN -> {
                // What is neither above nor below 0 is its own sign: NaN, and both zeros.
                Runnable positive = () -> ops.select(dtype,
                        () -> ops.compare(CompareKind.GT, dtype, x, () -> constant(dtype, 0)),
                        () -> constant(dtype, 1), x);
                ops.select(dtype, () -> ops.compare(CompareKind.LT, dtype, x, () -> constant(dtype, 0)),
                        () -> constant(dtype, -1), positive);
            }
            case NOT -> {
                if (dtype == DType.BOOL) {
                    x.run();
                    ops.not();
                    maskTypes.put(unary, maskType(unary.x()));
                } else {
                    ops.method("not", dtype, x);
                }
            }
            case TO_BITS, FROM_BITS -> ops.reinterpret(unary.x().dtype(), dtype, x);
            default -> throw scalarOnly(unary);
        }
    }

    /** A constant that only the vector form of an operation needs. */
    private void constant(DType dtype, double value) {
        ops.broadcast(dtype, () -> asm.constant(dtype, value));
    }

    private static boolean isShift(BinaryOp op) {
        return op == BinaryOp.SHL || op == BinaryOp.SHR || op == BinaryOp.USHR;
    }

    private void binary(Value.Binary binary) {
        Runnable a = () -> push(binary.a());
        if (binary.dtype() == DType.BOOL) {
            DType type = maskType(binary.a());
            Runnable b = () -> pushMask(binary.b(), type);
            switch (binary.op()) {
                case AND -> ops.masks("and", a, b);
                case OR -> ops.masks("or", a, b);
                case XOR -> {
                    ops.masks("eq", a, b);
                    ops.not();
                }
                default -> throw scalarOnly(binary);
            }
            maskTypes.put(binary, type);
        } else if (isShift(binary.op()) && binary.b() instanceof Value.Constant by) {
            ops.shift(binary.op(), binary.dtype(), a, (int) by.value());
        } else {
            ops.binary(binary.op(), binary.dtype(), a, () -> push(binary.b()));
        }
    }

    private void compare(Value.Compare compare) {
        Runnable a = () -> push(compare.a());
        DType dtype = compare.a().dtype();
        if (dtype == DType.BOOL) {
            DType type = maskType(compare.a());
            ops.masks("eq", a, () -> pushMask(compare.b(), type));
            if (compare.kind() == CompareKind.NE) {
                ops.not();
            }
            maskTypes.put(compare, type);
        } else {
            ops.compare(compare.kind(), dtype, a, () -> push(compare.b()));
            maskTypes.put(compare, dtype);
        }
    }

    private void select(Value.Select select) {
        if (select.dtype() != DType.BOOL) {
            ops.select(select.dtype(), () -> pushMask(select.condition(), select.dtype()),
                    () -> push(select.a()), () -> push(select.b()));
            return;
        }
        DType type = maskType(select.condition());
        Runnable condition = () -> push(select.condition());
        Runnable otherwise = () -> ops.masks("and", () -> {
            condition.run();
            ops.not();
        }, () -> pushMask(select.b(), type));
        ops.masks("or", () -> ops.masks("and", condition, () -> pushMask(select.a(), type)), otherwise);
        maskTypes.put(select, type);
    }

    /** By way of memory, so that no vector is handed to a method: it would have to be an object everywhere. */
    private void fallback(Value.Fallback fallback) {
        DType dtype = fallback.dtype();
        Runnable x = () -> push(fallback.x());
        Runnable lanes = () -> nest.names.pushStrictLanes(dtype);
        Label end = new Label();
        push(fallback.usual());
        ops.compare(CompareKind.GT, dtype, () -> ops.method("abs", dtype, x),
                () -> constant(dtype, fallback.limit()));
        ops.anyTrue();
        asm.jump(Opcodes.IFEQ, end);
        asm.op(Opcodes.POP);
        storeLanes(dtype, () -> push(fallback.usual()), 0);
        storeLanes(dtype, x, StrictLanes.ARGUMENTS);
        lanes.run();
        asm.constant(length);
        asm.constant(DType.FLOAT64, fallback.limit());
        asm.callStatic(Assembler.KERNEL + "StrictLanes", fallback.function().name().toLowerCase(Locale.ROOT),
                dtype == DType.FLOAT32 ? "([FID)V" : "([DID)V");
        ops.load(dtype, () -> {
            lanes.run();
            asm.constant(0);
        }, false, () -> {});
        asm.place(end, VectorOps.type(dtype));
    }

    private void storeLanes(DType dtype, Runnable vector, int at) {
        ops.store(dtype, vector, () -> {
            nest.names.pushStrictLanes(dtype);
            asm.constant(at);
        }, false, () -> {});
    }

    private void cast(Value.Cast cast) {
        DType from = cast.x().dtype();
        DType to = cast.dtype();
        Runnable x = () -> push(cast.x());
        if (from == DType.BOOL && to == DType.BOOL) {
            x.run();
            maskTypes.put(cast, maskType(cast.x()));
        } else if (from == DType.BOOL) {
            ops.select(to, () -> pushMask(cast.x(), to), () -> constant(to, 1), () -> constant(to, 0));
        } else if (to == DType.BOOL) {
            ops.compare(CompareKind.NE, from, x, () -> constant(from, 0));
            maskTypes.put(cast, from);
        } else {
            ops.convert(from, to, x);
        }
    }
}
