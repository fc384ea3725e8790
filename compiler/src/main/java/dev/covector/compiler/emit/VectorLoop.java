package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.kernel.DoubleGemm;
import dev.covector.runtime.kernel.FloatGemm;
import dev.covector.runtime.kernel.StrictLanes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * Emits a LANES loop whose iterations are the lanes of vectors, and after it the scalar code for the rest.
 *
 * <p>What doesn't vary along the axis is computed by the scalar emitter and broadcast: before the loop if it
 * is known there, else where it is used. Where floating sums are kept in more logical lanes than a vector
 * has, the body is emitted once for each part of a group, with accumulators of its own.
 */
final class VectorLoop {
    /** Definitions and stores in the code for a full tile, which is there for full and for other tiles. */
    private static final int MAX_TILE_STEPS = 32;
    /** Enough for sums that take four cycles to add to, one or two of which a processor begins in a cycle. */
    static final int MOST_SIDE_BY_SIDE = 4;

    private final NestEmitter nest;
    private final Assembler asm;
    private final Stmt.Loop loop;
    private final Vectorisable lanes;
    private final VectorOps ops;
    /** Lanes of a vector. */
    private final int length;
    /** Vectors of a group. */
    private final int parts;
    /** Whether a group is the whole width of a tile, so that there is one at most. */
    private final boolean tile;
    /**
     * Whether the parts go through the loops within together: each of their sums waits for itself alone, and a row of
     * memory is read whole.
     */
    private final boolean together;
    /** How many there are, if that is certain; else negative. */
    private final int iterations;
    /** Whether the one group's last vector begins before the one beside it ends. */
    private final boolean overlaps;
    /** Whether it is certain that no iterations are left after the groups. */
    private final boolean whole;

    /** Variables of vectors: of each part's values, and of those broadcast before the loop. */
    private final List<Map<Value, Integer>> vectors = new ArrayList<>();
    private final Map<Value, Integer> broadcasts = new IdentityHashMap<>();
    private final Map<Value.Constant, Integer> constants = new HashMap<>();
    /** Which vectors a mask is for. */
    private final Map<Value, DType> maskTypes = new IdentityHashMap<>();
    private int part;
    /** Of each part, in the masked tail: the variables of the masks of its lanes. */
    private final List<Map<DType, Integer>> masks = new ArrayList<>();

    VectorLoop(NestEmitter nest, Stmt.Loop loop, Vectorisable lanes, int bits) {
        this(nest, loop, lanes, bits, 0);
    }

    /** Of those groups alone. */
    VectorLoop(NestEmitter nest, WideGroups wide, int bits) {
        this(nest, wide.loop(), wide.lanes(), bits, wide.parts());
    }

    private VectorLoop(NestEmitter nest, Stmt.Loop loop, Vectorisable lanes, int bits, int wide) {
        this.nest = nest;
        this.asm = nest.asm;
        this.loop = loop;
        this.lanes = lanes;
        this.ops = new VectorOps(asm, bits);
        this.length = bits / 8 / lanes.bytes();
        boolean ordered = loop.accumulators().stream().anyMatch(Accumulators::inLanes);
        int tileParts = tileWidth() / length;
        this.tile = tileParts > 0 && masked() && loop.accumulators().isEmpty()
                && tileParts * nest.uses.size(loop.body()) <= MAX_TILE_STEPS;
        this.iterations = Bound.distance(loop.lower(), loop.upper());
        int side = wide > 0 ? wide : tile || ordered ? 1 : sideBySide();
        this.together = side > 1;
        this.parts = tile ? tileParts : ordered ? 512 / bits : side;
        for (int p = 0; p < parts; p++) {
            vectors.add(new IdentityHashMap<>());
            masks.add(new EnumMap<>(DType.class));
        }
        this.overlaps = wide == 0 && together && overlap();
        this.whole = wide > 0 || overlaps || iterations >= 0 && iterations % (length * parts) == 0;
    }

    /** How many vectors go through the sums within the loop together. */
    private int sideBySide() {
        boolean sums = loop.body().stream()
                .anyMatch(stmt -> stmt instanceof Stmt.Loop inner && !inner.accumulators().isEmpty());
        if (!sums || !loop.accumulators().isEmpty()) {
            return 1;
        }
        if (overlap()) {
            return vectors();
        }
        int most = iterations >= 0 && iterations <= length ? 1 : MOST_SIDE_BY_SIDE;
        for (int count = most; count > 1; count /= 2) {
            boolean alone = iterations >= 0 && iterations % (count * length) == 0;
            int copies = alone ? count : masked() ? 2 * count : MAX_TILE_STEPS;
            if (copies * nest.uses.size(loop.body()) <= MAX_TILE_STEPS) {
                return count;
            }
        }
        return 1;
    }

    /** How many vectors all iterations need, if it is certain how many there are. */
    private int vectors() {
        return (iterations + length - 1) / length;
    }

    /**
     * Whether all vectors are one group, in which the last one may overlap the one beside it: then some iterations run twice,
     * but nothing needs masks. Storing comes after everything else, because it may overwrite what has been loaded.
     */
    private boolean overlap() {
        if (iterations < length || iterations % length == 0 || vectors() > MOST_SIDE_BY_SIDE
                || vectors() * nest.uses.size(loop.body()) > MAX_TILE_STEPS || !masked()
                || !(loop.body().getLast() instanceof Stmt.Store last)
                || nest.uses.arrays.stream().anyMatch(Access.Array.Stream.class::isInstance)) {
            return false;
        }
        boolean isReady = false;
        for (Stmt stmt : loop.body().subList(0, loop.body().size() - 1)) {
            isReady |= stmt instanceof Stmt.Let let && let.value() == last.value()
                    || stmt instanceof Stmt.Loop inner
                            && inner.accumulators().stream().anyMatch(sum -> sum.result() == last.value());
            if (hasStores(stmt)) {
                return false;
            }
        }
        return isReady;
    }

    private static boolean hasStores(Stmt stmt) {
        return stmt instanceof Stmt.Store
                || stmt instanceof Stmt.Loop inner && inner.body().stream().anyMatch(VectorLoop::hasStores);
    }

    /**
     * How many iterations the loop has where a tile is full: known, so that it needs no loop, whose beginning and end
     * would take longer than the iterations. 0 for other loops.
     */
    private int tileWidth() {
        if (loop.upper() instanceof Bound.Ahead) {
            return Bound.distance(loop.lower(), loop.upper());
        }
        if (loop.lower() == Bound.Param.M0 && loop.upper() == Bound.Param.M1) {
            return lanes.bytes() == Float.BYTES ? FloatGemm.A_STRIDE : DoubleGemm.A_STRIDE;
        }
        if (loop.lower() == Bound.Param.N0 && loop.upper() == Bound.Param.N1) {
            return lanes.bytes() == Float.BYTES ? FloatGemm.TILE_N : DoubleGemm.TILE_N;
        }
        return 0;
    }

    /** Whether the last lanes can be left alone: not in arrays of bools. */
    private boolean masked() {
        return !lanes.arrayTypes().contains(DType.BOOL);
    }

    void emit() {
        Accumulators scalars = new Accumulators(asm, nest.names, loop, true);
        scalars.start();
        Names.Mark mark = nest.names.mark();
        Indexing.Saved saved = nest.indexing.enter(loop);
        int end = asm.local(DType.INT32);
        Runnable upper = nest.names.fixed(loop.upper());
        nest.wholeGroups(loop, upper, length * parts, end);
        broadcastBefore(loop);
        List<int[]> accumulators = new ArrayList<>();
        for (Accumulator accumulator : loop.accumulators()) {
            int[] locals = new int[parts];
            for (int p = 0; p < parts; p++) {
                locals[p] = start(accumulator);
            }
            accumulators.add(locals);
        }
        int axis = nest.names.define(loop.axis(), DType.INT32);
        nest.names.push(loop.lower());
        asm.store(DType.INT32, axis);
        Runnable group = () -> {
            for (part = 0; part < (together ? 1 : parts); part++) {
                Names.Mark inner = nest.names.mark();
                body(loop.body());
                nest.line(loop);
                for (int a = 0; a < accumulators.size(); a++) {
                    add(loop.accumulators().get(a), accumulators.get(a)[part]);
                }
                nest.names.release(inner);
            }
            asm.increment(axis, length * parts);
        };
        if (overlaps || tile && whole) {
            group.run();
        } else if (tile) {
            Label rest = new Label();
            asm.load(DType.INT32, axis);
            asm.load(DType.INT32, end);
            asm.jump(Opcodes.IF_ICMPGE, rest);
            group.run();
            asm.place(rest);
        } else {
            nest.count(axis, () -> asm.load(DType.INT32, end), group);
        }
        if (masked() && !whole) {
            maskedTail(upper, axis, accumulators);
        }
        for (int a = 0; a < accumulators.size(); a++) {
            spill(loop.accumulators().get(a), accumulators.get(a), scalars);
        }
        if (!masked()) {
            nest.tail(loop, upper, scalars, axis);
        }
        nest.indexing.leave(saved);
        nest.names.release(mark);
        scalars.finish();
    }

    /** How far from the first lane of the group the part at work begins. */
    private int ahead() {
        return overlaps ? Math.min(part * length, iterations - length) : part * length;
    }

    /** The rest of the iterations, fewer than a group, in the first lanes. */
    private void maskedTail(Runnable upper, int axis, List<int[]> accumulators) {
        Label out = new Label();
        asm.load(DType.INT32, axis);
        upper.run();
        asm.jump(Opcodes.IF_ICMPGE, out);
        Set<DType> types = EnumSet.noneOf(DType.class);
        types.addAll(lanes.arrayTypes());
        loop.accumulators().forEach(accumulator -> types.add(stateType(accumulator)));
        for (part = 0; part < (together ? 1 : parts); part++) {
            if (part > 0) {
                asm.load(DType.INT32, axis);
                asm.constant(part * length);
                asm.op(Opcodes.IADD);
                upper.run();
                asm.jump(Opcodes.IF_ICMPGE, out);
            }
            Names.Mark mark = nest.names.mark();
            forParts(() -> masks(types, upper, axis));
            body(loop.body());
            nest.line(loop);
            for (int a = 0; a < accumulators.size(); a++) {
                add(loop.accumulators().get(a), accumulators.get(a)[part]);
            }
            nest.names.release(mark);
        }
        masks.forEach(Map::clear);
        asm.place(out);
    }

    /** Makes the masks of the part at work: of none of its lanes, where the iterations end before it. */
    private void masks(Set<DType> types, Runnable upper, int axis) {
        for (DType type : types) {
            ops.firstLanes(type, () -> {
                upper.run();
                asm.load(DType.INT32, axis);
                asm.op(Opcodes.ISUB);
                if (part > 0) {
                    asm.constant(part * length);
                    asm.op(Opcodes.ISUB);
                }
            });
            masks.get(part).put(type, variable(DType.BOOL));
        }
    }

    private void pushTailMask(DType dtype) {
        Integer mask = masks.get(part).get(dtype);
        if (mask != null) {
            asm.loadReference(mask);
        }
    }

    /** A variable for the lanes of an accumulator, started. */
    private int start(Accumulator accumulator) {
        DType dtype = accumulator.operand().dtype();
        Runnable identity = () -> Accumulators.pushIdentity(asm, accumulator.kind(), dtype);
        if (dtype == DType.BOOL) {
            ops.broadcastMask(stateType(accumulator), identity);
        } else {
            ops.broadcast(dtype, identity);
        }
        return variable(dtype);
    }

    /** What the vectors of an accumulator's lanes hold, or, of bools, are the masks for. */
    private DType stateType(Accumulator accumulator) {
        DType dtype = accumulator.operand().dtype();
        return dtype == DType.BOOL ? maskType() : dtype;
    }

    private void add(Accumulator accumulator, int local) {
        DType dtype = accumulator.operand().dtype();
        if (dtype == DType.BOOL) {
            addMask(accumulator, local);
            return;
        }
        Runnable operand = () -> push(accumulator.operand());
        // Lanes past the end take the identity, which changes nothing: no sum that began at +0 is -0.
        Runnable own = endsHere(accumulator, dtype)
                ? () -> ops.select(dtype, () -> pushTailMask(dtype), operand,
                        () -> ops.broadcast(dtype,
                                () -> Accumulators.pushIdentity(asm, accumulator.kind(), dtype)))
                : operand;
        ops.binary(accumulator.kind().operation(), dtype, () -> asm.loadReference(local), own);
        asm.storeReference(local, VectorOps.type(dtype));
    }

    /** Whether lanes past the end would count: not in sums of loops within, of which each lane has its own. */
    private boolean endsHere(Accumulator accumulator, DType type) {
        return masks.get(part).containsKey(type) && loop.accumulators().contains(accumulator);
    }

    private void addMask(Accumulator accumulator, int local) {
        boolean any = accumulator.kind() == Accumulator.Kind.ANY;
        DType type = maskType();
        Runnable operand = () -> pushMask(accumulator.operand(), type);
        // Lanes past the end are false to an "any", true to an "all".
        Runnable own = !endsHere(accumulator, type) ? operand
                : () -> ops.masks(any ? "and" : "or", operand, () -> {
                    pushTailMask(type);
                    if (!any) {
                        ops.not();
                    }
                });
        ops.masks(any ? "or" : "and", () -> asm.loadReference(local), own);
        asm.storeReference(local, VectorOps.type(DType.BOOL));
    }

    /** Hands the lanes to the scalar code of the tail. */
    private void spill(Accumulator accumulator, int[] locals, Accumulators scalars) {
        DType dtype = accumulator.operand().dtype();
        if (Accumulators.inLanes(accumulator)) {
            for (int p = 0; p < parts; p++) {
                int vector = locals[p];
                int lane = p * length;
                ops.store(dtype, () -> asm.loadReference(vector), () -> scalars.pushLanes(accumulator, lane),
                        false,
                        () -> {});
            }
            return;
        }
        BinaryOp operation = accumulator.kind().operation();
        int result = scalars.variable(accumulator);
        for (int vector : locals) {
            asm.load(dtype, result);
            if (dtype == DType.BOOL) {
                ops.test(operation == BinaryOp.OR ? "anyTrue" : "allTrue", () -> asm.loadReference(vector));
            } else {
                ops.reduce(operation.name(), dtype, () -> asm.loadReference(vector));
            }
            ScalarOps.binary(asm, operation, dtype);
            asm.store(dtype, result);
        }
    }

    /** Broadcasts what the loop takes from outside. */
    private void broadcastBefore(Stmt.Loop outer) {
        for (Stmt stmt : outer.body()) {
            switch (stmt) {
                case Stmt.Loop inner -> broadcastBefore(inner);
                case Stmt.Let let -> {
                    if (lanes.varies(let.value())) {
                        for (Stmt.Let step : nest.uses.steps(let)) {
                            operands(step.value()).forEach(this::broadcastBefore);
                        }
                    }
                }
                case Stmt.Store store -> broadcastBefore(store.value());
                case Stmt.Split split -> {}
                case Stmt.Sort sort -> throw inLanes();
                case Stmt.Transpose transpose -> throw inLanes();
            }
        }
        for (Accumulator accumulator : outer.accumulators()) {
            if (outer == loop || lanes.varies(accumulator.operand())) {
                broadcastBefore(accumulator.operand());
            }
        }
    }

    /** The operands that are needed as vectors. */
    private static List<Value> operands(Value value) {
        if (value instanceof Value.Binary binary && isShift(binary.op())
                && binary.b() instanceof Value.Constant) {
            return List.of(binary.a());
        }
        return Operands.of(value);
    }

    private void broadcastBefore(Value value) {
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
    private int variable(DType dtype) {
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

    private void body(List<Stmt> body) {
        for (Stmt stmt : body) {
            nest.line(stmt);
            switch (stmt) {
                case Stmt.Loop inner -> sequential(inner);
                case Stmt.Let let -> {
                    if (lanes.varies(let.value())) {
                        forParts(() -> let(let));
                    } else {
                        nest.let(let);
                    }
                }
                case Stmt.Store store -> forParts(() -> store(store));
                case Stmt.Split split -> nest.split(split);
                case Stmt.Sort sort -> throw inLanes();
                case Stmt.Transpose transpose -> throw inLanes();
            }
        }
    }

    /** For the part at work, or for all where they go together. */
    private void forParts(Runnable code) {
        if (!together) {
            code.run();
            return;
        }
        for (part = 0; part < parts; part++) {
            code.run();
        }
        part = 0;
    }

    private static IllegalStateException inLanes() {
        return new IllegalStateException("rows are not sorted side by side");
    }

    /** A loop that runs for all lanes at once. */
    private void sequential(Stmt.Loop inner) {
        Map<Accumulator, int[]> sums = new IdentityHashMap<>();
        List<Accumulator> uniform = new ArrayList<>();
        for (Accumulator accumulator : inner.accumulators()) {
            if (lanes.varies(accumulator.operand())) {
                int[] locals = new int[parts];
                forParts(() -> {
                    locals[part] = start(accumulator);
                    vectors.get(part).put(accumulator.result(), locals[part]);
                });
                sums.put(accumulator, locals);
                maskTypes.put(accumulator.result(), stateType(accumulator));
            } else {
                uniform.add(accumulator);
            }
        }
        Accumulators scalars = new Accumulators(asm, nest.names,
                new Stmt.Loop(inner.axis(), inner.lower(), inner.upper(), inner.order(), uniform, List.of()),
                false);
        scalars.start();
        Names.Mark mark = nest.names.mark();
        Indexing.Saved saved = nest.indexing.enter(inner);
        Runnable upper = nest.names.fixed(inner.upper());
        int axis = nest.names.define(inner.axis(), DType.INT32);
        nest.names.push(inner.lower());
        asm.store(DType.INT32, axis);
        nest.count(axis, upper, () -> {
            Names.Mark iteration = nest.names.mark();
            body(inner.body());
            nest.line(inner);
            for (Accumulator accumulator : inner.accumulators()) {
                int[] locals = sums.get(accumulator);
                if (locals != null) {
                    forParts(() -> add(accumulator, locals[part]));
                }
            }
            scalars.add(-1);
            nest.names.release(iteration);
            asm.increment(axis, 1);
        });
        nest.indexing.leave(saved);
        nest.names.release(mark);
        scalars.finish();
    }

    /** Array and index of the first lane. */
    private void pushElement(Access access) {
        nest.names.pushArray(access.array());
        nest.indexing.pushElement(access);
        if (part > 0 && access.stride(loop.axis()).isExactly(1)) {
            asm.constant(ahead());
            asm.op(Opcodes.IADD);
        }
    }

    /** Array and index of the first lane's random integer, when all lanes have been drawn. */
    private void pushDrawn(Access.Array.Stream stream, Access access) {
        nest.names.pushArray(stream);
        nest.names.pushStream(stream);
        nest.indexing.pushElement(access);
        if (part > 0) {
            asm.constant(ahead());
            asm.op(Opcodes.IADD);
        }
        asm.constant(length);
        nest.names.pushArray(stream);
        boolean wide = stream.dtype() == DType.INT64;
        asm.callStatic(Assembler.KERNEL + "Philox", wide ? "bits64" : "bits32",
                wide ? "(JIJII[J)I" : "(JIJII[I)I");
    }

    private void store(Stmt.Store store) {
        DType dtype = store.target().array().dtype();
        Runnable element = () -> pushElement(store.target());
        Runnable value = () -> push(store.value());
        if (dtype == DType.BOOL) {
            ops.storeMask(value, element);
        } else {
            ops.store(dtype, value, element, masks.get(part).containsKey(dtype), () -> pushTailMask(dtype));
        }
    }

    private void let(Stmt.Let let) {
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
    private DType maskType() {
        return lanes.bytes() == 8 ? DType.INT64 : DType.INT32;
    }

    /** A mask for vectors of {@code dtype}. */
    private void pushMask(Value value, DType dtype) {
        push(value);
        if (maskType(value) != dtype) {
            ops.castMask(dtype);
        }
    }

    private void push(Value value) {
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
                    asm.constant(ahead());
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
                    ops.load(dtype, element, masks.get(part).containsKey(dtype), () -> pushTailMask(dtype));
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
