package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.FloatTranspose;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Emits the method of one nest: its statements in scalar code, and what can be in vectors by {@link
 * VectorLoop}.
 */
final class NestEmitter {
    /** Definitions and stores in a nest that may be emitted twice. */
    private static final int MAX_STEPS_TWICE = 64;

    final Assembler asm;
    final Uses uses;
    final Names names;
    final Indexing indexing;

    private final Flavour flavour;
    private final Map<Stmt, Integer> lines;

    private NestEmitter(MethodVisitor mv, Nest nest, Uses uses, List<Dim> dims, Map<Stmt, Integer> lines,
            Flavour flavour) {
        this.flavour = flavour;
        this.lines = lines;
        asm = new Assembler(mv, Names.PARAMETERS);
        this.uses = uses;
        names = new Names(asm, nest, uses, dims);
        indexing = new Indexing(asm, names);
    }

    /** Emits the instructions of {@code nest}, with a return at their end. */
    static void emit(MethodVisitor mv, Nest nest, Uses uses, List<Dim> dims, Map<Stmt, Integer> lines,
            Flavour flavour) {
        new NestEmitter(mv, nest, uses, dims, lines, flavour).versions(nest);
    }

    /** Emits the instructions of the method that runs the groups alone. */
    static void emitGroups(WideGroups wide, MethodVisitor mv, Nest nest, Uses uses, List<Dim> dims,
            Map<Stmt, Integer> lines, Flavour flavour) {
        NestEmitter emitter = new NestEmitter(mv, nest, uses, dims, lines, flavour);
        new VectorLoop(emitter, wide, flavour.bits()).emit();
        emitter.asm.end();
    }

    /**
     * In scalar code small nests are there twice, for arrays that begin anywhere and for arrays that begin at 0, as
     * most do: before JDK 26, C2 does not vectorise a loop over two arrays whose places in memory are variable.
     */
    private void versions(Nest nest) {
        List<Integer> offsets = flavour.vector() ? List.of() : names.offsets();
        if (!offsets.isEmpty() && uses.arrays.stream().noneMatch(Access.Array.Packed.class::isInstance)
                && uses.size(nest.body()) <= MAX_STEPS_TWICE && !isDistributed(nest.body())) {
            Label anywhere = new Label();
            for (int offset : offsets) {
                asm.load(DType.INT32, offset);
                asm.jump(Opcodes.IFNE, anywhere);
            }
            Runnable undo = names.startAtZero();
            whole(nest);
            undo.run();
            asm.place(anywhere);
        }
        whole(nest);
    }

    /** Whether there is a loop that doesn't care where arrays begin. */
    private boolean isDistributed(List<Stmt> body) {
        return body.stream().anyMatch(stmt -> stmt instanceof Stmt.Loop loop
                && (Distribution.of(loop, uses) != null || isDistributed(loop.body())));
    }

    private void whole(Nest nest) {
        body(nest.body());
        asm.end();
    }

    /** Notes the statement's line. */
    void line(Stmt stmt) {
        Integer line = lines.get(stmt);
        if (line != null) {
            asm.line(line);
        }
    }

    void body(List<Stmt> body) {
        body.forEach(this::stmt);
    }

    void stmt(Stmt stmt) {
        line(stmt);
        switch (stmt) {
            case Stmt.Loop loop -> loop(loop);
            case Stmt.Let let -> let(let);
            case Stmt.Store store -> {
                names.pushArray(store.target().array());
                indexing.pushElement(store.target());
                names.push(store.value());
                asm.arrayStore(store.target().array().dtype());
            }
            case Stmt.Split split -> split(split);
            case Stmt.Sort sort -> names.callSorting("sort", sort.pairs(), "V");
            case Stmt.Transpose transpose -> transpose(transpose);
        }
    }

    private void transpose(Stmt.Transpose transpose) {
        names.pushArray(transpose.source().array());
        indexing.pushElement(transpose.source());
        names.push(transpose.apart());
        names.pushArray(transpose.target().array());
        indexing.pushElement(transpose.target());
        asm.constant(transpose.step());
        names.pushIndex(transpose.to());
        names.pushIndex(transpose.from());
        asm.op(Opcodes.ISUB);
        boolean wide = flavour.vector() && flavour.bits() >= FloatTranspose.VECTOR_BITS;
        asm.callStatic(Assembler.KERNEL + "FloatTranspose", wide ? "columnsByVectors" : "columns",
                "([FII[FIII)V");
    }

    private void loop(Stmt.Loop loop) {
        Vectorisable lanes = flavour.vector() ? Vectorisable.of(loop) : null;
        if (lanes != null) {
            new VectorLoop(this, loop, lanes, flavour.bits()).emit();
            return;
        }
        Distribution distribution = flavour.vector() ? null : Distribution.of(loop, uses);
        if (distribution != null) {
            new DistributedLoop(this, loop, distribution).emit();
        } else if (loop.order() == Stmt.Order.LANES
                && loop.accumulators().stream().anyMatch(Accumulators::inLanes)) {
            laneLoop(loop);
        } else {
            plainLoop(loop);
        }
    }

    /** Iterations and what they accumulate one after the other: right wherever lanes don't matter. */
    private void plainLoop(Stmt.Loop loop) {
        Accumulators accumulators = new Accumulators(asm, names, loop, false);
        accumulators.start();
        Names.Mark mark = names.mark();
        Indexing.Saved saved = indexing.enter(loop);
        Runnable upper = names.fixed(loop.upper());
        int axis = names.define(loop.axis(), DType.INT32);
        names.push(loop.lower());
        asm.store(DType.INT32, axis);
        count(axis, upper, () -> {
            iteration(loop, accumulators, -1);
            asm.increment(axis, 1);
        });
        indexing.leave(saved);
        names.release(mark);
        accumulators.finish();
    }

    /**
     * Groups of as many iterations as there are lanes, one for each, by an inner loop of constant length; then the
     * rest. For loops that are too short, or not fit, to be distributed.
     */
    private void laneLoop(Stmt.Loop loop) {
        Accumulators accumulators = new Accumulators(asm, names, loop, true);
        accumulators.start();
        Names.Mark mark = names.mark();
        Indexing.Saved saved = indexing.enter(loop);
        Runnable upper = names.fixed(loop.upper());
        int group = asm.local(DType.INT32);
        int end = asm.local(DType.INT32);
        int lane = asm.local(DType.INT32);
        names.push(loop.lower());
        asm.store(DType.INT32, group);
        wholeGroups(loop, upper, accumulators.group(), end);
        int axis = names.define(loop.axis(), DType.INT32);
        Runnable one = () -> {
            asm.load(DType.INT32, group);
            asm.load(DType.INT32, lane);
            asm.op(Opcodes.IADD);
            asm.store(DType.INT32, axis);
            iteration(loop, accumulators, lane);
            asm.increment(lane, 1);
        };
        count(group, () -> asm.load(DType.INT32, end), () -> {
            asm.constant(0);
            asm.store(DType.INT32, lane);
            count(lane, () -> asm.constant(accumulators.group()), one);
            asm.increment(group, accumulators.group());
        });
        asm.load(DType.INT32, group);
        asm.store(DType.INT32, axis);
        tail(loop, upper, accumulators, axis);
        indexing.leave(saved);
        names.release(mark);
        accumulators.finish();
    }

    /** The iterations from {@code axis} on, fewer than there are lanes. */
    void tail(Stmt.Loop loop, Runnable upper, Accumulators accumulators, int axis) {
        int lane = asm.local(DType.INT32);
        asm.constant(0);
        asm.store(DType.INT32, lane);
        count(axis, upper, () -> {
            iteration(loop, accumulators, lane);
            asm.increment(axis, 1);
            asm.increment(lane, 1);
        });
    }

    private void iteration(Stmt.Loop loop, Accumulators accumulators, int lane) {
        Names.Mark mark = names.mark();
        body(loop.body());
        line(loop);
        accumulators.add(lane);
        names.release(mark);
    }

    /** Sets {@code end} to where the last whole group of {@code size} (a power of two) iterations ends. */
    void wholeGroups(Stmt.Loop loop, Runnable upper, int size, int end) {
        upper.run();
        names.push(loop.lower());
        asm.op(Opcodes.ISUB);
        asm.constant(-size);
        asm.op(Opcodes.IAND);
        names.push(loop.lower());
        asm.op(Opcodes.IADD);
        asm.store(DType.INT32, end);
    }

    /** {@code while (counter < end) body}. */
    void count(int counter, Runnable pushEnd, Runnable body) {
        Label top = asm.top();
        Label out = new Label();
        asm.load(DType.INT32, counter);
        pushEnd.run();
        asm.jump(Opcodes.IF_ICMPGE, out);
        body.run();
        asm.again(top);
        asm.place(out);
    }

    void split(Stmt.Split split) {
        int rest = -1;
        for (int a = split.axes().size() - 1; a >= 0; a--) {
            Axis axis = split.axes().get(a);
            Bound extent = split.extents().get(a);
            int from = rest;
            Runnable source = () -> {
                if (from < 0) {
                    names.pushIndex(split.source());
                } else {
                    asm.load(DType.INT32, from);
                }
            };
            int digit = names.define(axis, DType.INT32);
            source.run();
            if (a > 0) {
                names.push(extent);
                asm.op(Opcodes.IREM);
            }
            asm.store(DType.INT32, digit);
            if (a > 0) {
                rest = asm.local(DType.INT32);
                source.run();
                names.push(extent);
                asm.op(Opcodes.IDIV);
                asm.store(DType.INT32, rest);
            }
        }
    }

    /** Defines a value, or the steps that it is expanded to. */
    void let(Stmt.Let let) {
        List<Stmt.Let> steps = uses.steps(let);
        for (Stmt.Let step : steps) {
            boolean last = step == steps.get(steps.size() - 1);
            define(step.value(), last ? let.value() : step.value());
        }
    }

    /** Defines {@code name} as {@code value}. */
    void define(Value value, Value name) {
        compute(value);
        asm.store(value.dtype(), names.define(name, value.dtype()));
    }

    private void compute(Value value) {
        boolean branches = value instanceof Value.Select || value instanceof Value.Fallback;
        if (!branches && !(value instanceof Value.Checked)) {
            Operands.of(value).forEach(names::push);
        }
        switch (value) {
            case Value.Load load when load.access().array() instanceof Access.Array.Stream stream ->
                    bits(stream, load.access());
            case Value.Load load -> {
                names.pushArray(load.access().array());
                indexing.pushElement(load.access());
                asm.arrayLoad(load.access().array().dtype());
            }
            case Value.Unary unary -> ScalarOps.unary(asm, unary.op(), unary.dtype(), unary.x().dtype());
            case Value.Binary binary -> ScalarOps.binary(asm, binary.op(), binary.dtype());
            case Value.Fma fma -> ScalarOps.fma(asm, fma.dtype());
            case Value.Compare compare -> ScalarOps.compare(asm, compare.kind(), compare.a().dtype());
            case Value.Cast cast -> ScalarOps.cast(asm, cast.x().dtype(), cast.dtype());
            case Value.Select select -> select(select);
            case Value.Fallback fallback -> fallback(fallback);
            case Value.Checked checked -> checked(checked);
            case Value.Constant constant -> names.push(constant);
            case Value.Literal literal -> names.push(literal);
            case Value.Extent extent -> names.push(extent);
            case Value.Index index -> names.push(index);
            case Value.Accumulated accumulated ->
                    throw new IllegalStateException("the result of a loop is defined by the loop");
        }
    }

    private void bits(Access.Array.Stream stream, Access access) {
        names.pushStream(stream);
        indexing.pushElement(access);
        boolean wide = stream.dtype() == DType.INT64;
        asm.callStatic(Assembler.KERNEL + "Philox", wide ? "bits64" : "bits32", wide ? "(JIJI)J" : "(JIJI)I");
    }

    private void select(Value.Select select) {
        Label otherwise = new Label();
        Label end = new Label();
        names.push(select.condition());
        asm.jump(Opcodes.IFEQ, otherwise);
        names.push(select.a());
        asm.jump(Opcodes.GOTO, end);
        asm.place(otherwise);
        names.push(select.b());
        asm.place(end, Assembler.held(select.dtype()));
    }

    private void fallback(Value.Fallback fallback) {
        DType dtype = fallback.dtype();
        Label end = new Label();
        names.push(fallback.usual());
        names.push(fallback.x());
        ScalarOps.unary(asm, Value.UnaryOp.ABS, dtype, dtype);
        asm.constant(dtype, fallback.limit());
        asm.op(dtype == DType.FLOAT32 ? Opcodes.FCMPL : Opcodes.DCMPL);
        asm.jump(Opcodes.IFLE, end);
        asm.op(dtype == DType.FLOAT32 ? Opcodes.POP : Opcodes.POP2);
        names.push(fallback.x());
        ScalarOps.cast(asm, dtype, DType.FLOAT64);
        asm.callStatic("java/lang/StrictMath", fallback.function().name().toLowerCase(Locale.ROOT), "(D)D");
        ScalarOps.cast(asm, DType.FLOAT64, dtype);
        asm.place(end, Assembler.held(dtype));
    }

    private void checked(Value.Checked checked) {
        names.push(checked.index());
        names.push(checked.extent());
        names.pushCheck(checked.check());
        asm.callStatic(Assembler.KERNEL + "Checks", "index",
                (checked.index().dtype() == DType.INT64 ? "(JI" : "(II") + "L" + Assembler.KERNEL
                        + "Frame;I)I");
    }
}
