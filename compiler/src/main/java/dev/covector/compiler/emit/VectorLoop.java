package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.runtime.DType;
import dev.covector.runtime.kernel.DoubleGemm;
import dev.covector.runtime.kernel.FloatGemm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * Emits a LANES loop whose iterations are the lanes of vectors, in groups of one or more, and what is left of them by masks, or
 * by scalar code. What a group computes is up to {@link VectorValues}.
 *
 * <p>Where floating sums are kept in more logical lanes than a vector has, the body is emitted once for each part of a group,
 * with accumulators of its own.
 */
final class VectorLoop {
    /** Definitions and stores in the code for a full tile, which is there for full and for other tiles. */
    private static final int MAX_TILE_STEPS = 32;
    private static final Access.Array WIDE = new Access.Array.Packed(Access.Role.WIDE, DType.FLOAT32);
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
    private final VectorValues values;

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
        this.overlaps = wide == 0 && together && overlap();
        this.whole = wide > 0 || overlaps || iterations >= 0 && iterations % (length * parts) == 0;
        int[] ahead = new int[parts];
        Arrays.setAll(ahead, p -> overlaps ? Math.min(p * length, iterations - length) : p * length);
        this.values = new VectorValues(nest, loop, lanes, ops, length, ahead);
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
        if (loop.upper() instanceof Bound.Clamped clamped && clamped.value() instanceof Bound.Ahead) {
            return Math.max(0, Bound.distance(loop.lower(), clamped.value()));
        }
        if (loop.lower() == Bound.Param.M0 && loop.upper() == Bound.Param.M1) {
            return lanes.bytes() == Float.BYTES ? FloatGemm.A_STRIDE : DoubleGemm.A_STRIDE;
        }
        if (loop.lower() == Bound.Param.N0 && loop.upper() == Bound.Param.N1) {
            return nest.uses.arrays.contains(WIDE) ? FloatGemm.WIDE_N
                    : lanes.bytes() == Float.BYTES ? FloatGemm.TILE_N : DoubleGemm.TILE_N;
        }
        return 0;
    }

    /** Whether the last lanes can be left alone: not in arrays of bools. */
    private boolean masked() {
        return !lanes.arrayTypes().contains(DType.BOOL);
    }

    void emit() {
        Accumulators scalars = new Accumulators(asm, nest.names, loop, true);
        scalars.startWithoutLanes();
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
            for (int part = 0; part < (together ? 1 : parts); part++) {
                values.at(part);
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

    /** The rest of the iterations, fewer than a group, in the first lanes. */
    private void maskedTail(Runnable upper, int axis, List<int[]> accumulators) {
        Label out = new Label();
        asm.load(DType.INT32, axis);
        upper.run();
        asm.jump(Opcodes.IF_ICMPGE, out);
        Set<DType> types = EnumSet.noneOf(DType.class);
        types.addAll(lanes.arrayTypes());
        loop.accumulators().forEach(accumulator -> types.add(stateType(accumulator)));
        for (int part = 0; part < (together ? 1 : parts); part++) {
            values.at(part);
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
        values.unmask();
        asm.place(out);
    }

    /** Makes the masks of the part at work: of none of its lanes, where the iterations end before it. */
    private void masks(Set<DType> types, Runnable upper, int axis) {
        for (DType type : types) {
            ops.firstLanes(type, () -> {
                upper.run();
                asm.load(DType.INT32, axis);
                asm.op(Opcodes.ISUB);
                if (values.part() > 0) {
                    asm.constant(values.part() * length);
                    asm.op(Opcodes.ISUB);
                }
            });
            values.mask(type);
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
        return values.variable(dtype);
    }

    /** What the vectors of an accumulator's lanes hold, or, of bools, are the masks for. */
    private DType stateType(Accumulator accumulator) {
        DType dtype = accumulator.operand().dtype();
        return dtype == DType.BOOL ? values.maskType() : dtype;
    }

    private void add(Accumulator accumulator, int local) {
        DType dtype = accumulator.operand().dtype();
        if (dtype == DType.BOOL) {
            addMask(accumulator, local);
            return;
        }
        Runnable operand = () -> values.push(accumulator.operand());
        // Lanes past the end take the identity, which changes nothing: no sum that began at +0 is -0.
        Runnable own = endsHere(accumulator, dtype)
                ? () -> ops.select(dtype, () -> values.pushTailMask(dtype), operand,
                        () -> ops.broadcast(dtype,
                                () -> Accumulators.pushIdentity(asm, accumulator.kind(), dtype)))
                : operand;
        // The accumulator is the argument: what class a receiver has that comes from the iteration before, C2 knows only if it
        // has been profiled, and without that vectors would be boxed for good.
        ops.binary(accumulator.kind().operation(), dtype, own, () -> asm.loadReference(local));
        asm.storeReference(local, VectorOps.type(dtype));
    }

    /** Whether lanes past the end would count: not in sums of loops within, of which each lane has its own. */
    private boolean endsHere(Accumulator accumulator, DType type) {
        return values.isMasked(type) && loop.accumulators().contains(accumulator);
    }

    private void addMask(Accumulator accumulator, int local) {
        boolean any = accumulator.kind() == Accumulator.Kind.ANY;
        DType type = values.maskType();
        Runnable operand = () -> values.pushMask(accumulator.operand(), type);
        // Lanes past the end are false to an "any", true to an "all".
        Runnable own = !endsHere(accumulator, type) ? operand
                : () -> ops.masks(any ? "and" : "or", operand, () -> {
                    values.pushTailMask(type);
                    if (!any) {
                        ops.not();
                    }
                });
        ops.masks(any ? "or" : "and", own, () -> asm.loadReference(local));
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
                            VectorValues.operands(step.value()).forEach(values::broadcastBefore);
                        }
                    }
                }
                case Stmt.Store store -> values.broadcastBefore(store.value());
                case Stmt.Split split -> {}
                case Stmt.Sort sort -> throw inLanes();
                case Stmt.Transpose transpose -> throw inLanes();
            }
        }
        for (Accumulator accumulator : outer.accumulators()) {
            if (outer == loop || lanes.varies(accumulator.operand())) {
                values.broadcastBefore(accumulator.operand());
            }
        }
    }

    private void body(List<Stmt> body) {
        for (Stmt stmt : body) {
            nest.line(stmt);
            switch (stmt) {
                case Stmt.Loop inner -> sequential(inner);
                case Stmt.Let let -> {
                    if (lanes.varies(let.value())) {
                        forParts(() -> values.let(let));
                    } else {
                        nest.let(let);
                    }
                }
                case Stmt.Store store -> forParts(() -> values.store(store));
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
        for (int part = 0; part < parts; part++) {
            values.at(part);
            code.run();
        }
        values.at(0);
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
                    int local = start(accumulator);
                    locals[values.part()] = local;
                    values.define(accumulator.result(), local, stateType(accumulator));
                });
                sums.put(accumulator, locals);
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
                    forParts(() -> add(accumulator, locals[values.part()]));
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
}
