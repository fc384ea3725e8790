package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.runtime.DType;
import dev.covector.runtime.kernel.Scratch;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;

/** Emits a loop as its {@link Distribution} says. */
final class DistributedLoop {
    private final NestEmitter nest;
    private final Assembler asm;
    private final Names names;
    private final Stmt.Loop loop;
    private final Distribution distribution;
    /** The variables of the array of rows, and of the first index and the length of a block. */
    private final int rows;
    private final int block;
    private final int length;
    private int axis;

    DistributedLoop(NestEmitter nest, Stmt.Loop loop, Distribution distribution) {
        this.nest = nest;
        this.loop = loop;
        this.distribution = distribution;
        asm = nest.asm;
        names = nest.names;
        rows = asm.reference();
        block = asm.local(DType.INT32);
        length = asm.local(DType.INT32);
    }

    void emit() {
        Accumulators accumulators = new Accumulators(asm, names, loop, true);
        accumulators.start();
        Names.Mark mark = names.mark();
        Indexing.Saved saved = nest.indexing.enter(loop);
        names.pushRows();
        asm.storeReference(rows, "[F");
        Runnable upper = names.fixed(loop.upper());
        names.push(loop.lower());
        asm.store(DType.INT32, block);
        axis = names.define(loop.axis(), DType.INT32);
        nest.count(block, upper, () -> {
            upper.run();
            asm.load(DType.INT32, block);
            asm.op(Opcodes.ISUB);
            asm.constant(Scratch.BLOCK);
            asm.callStatic("java/lang/Math", "min", "(II)I");
            asm.store(DType.INT32, length);
            Names.Mark inner = names.mark();
            block(accumulators);
            names.release(inner);
            asm.increment(block, Scratch.BLOCK);
        });
        nest.indexing.leave(saved);
        names.release(mark);
        accumulators.finish();
    }

    private void block(Accumulators accumulators) {
        toBlock();
        distribution.invariants.forEach(nest::stmt);
        for (Value.Load load : distribution.copiesIn) {
            pushElement(load.access());
            asm.loadReference(rows);
            asm.constant(distribution.row(load));
            copy();
        }
        distribution.parts.forEach(this::part);
        toBlock();
        for (Stmt.Store store : distribution.copiesOut) {
            nest.line(store);
            asm.loadReference(rows);
            asm.constant(distribution.row(store.value()));
            pushElement(store.target());
            copy();
        }
        nest.line(loop);
        accumulators.addBlocks(operand -> {
            Value.@Nullable Load direct = distribution.direct(operand);
            if (direct != null) {
                pushElement(direct.access());
            } else {
                asm.loadReference(rows);
                asm.constant(distribution.row(operand));
            }
        }, length);
        if (accumulators.hasOthers()) {
            each(i -> accumulators.addOthers(operand -> pushRow(operand, i)));
        }
    }

    private void part(Distribution.Part part) {
        each(i -> {
            if (part.indexed()) {
                asm.load(DType.INT32, block);
                asm.load(DType.INT32, i);
                asm.op(Opcodes.IADD);
                asm.store(DType.INT32, axis);
            }
            for (Value value : part.in()) {
                pushRow(value, i);
                asm.store(value.dtype(), names.define(value, value.dtype()));
            }
            for (Distribution.Step step : part.steps()) {
                if (step.value() != null && step.name() != null) {
                    nest.line(step.stmt());
                    nest.define(step.value(), step.name());
                } else {
                    nest.stmt(step.stmt());
                }
            }
            for (Value value : part.out()) {
                asm.loadReference(rows);
                pushPlace(value, i);
                names.push(value);
                asm.arrayStore(value.dtype());
            }
        });
    }

    /** A loop over the iterations of a block, counted from 0. */
    private void each(IntConsumer body) {
        Names.Mark mark = names.mark();
        int i = asm.local(DType.INT32);
        asm.constant(0);
        asm.store(DType.INT32, i);
        nest.count(i, () -> asm.load(DType.INT32, length), () -> {
            Names.Mark inner = names.mark();
            body.accept(i);
            names.release(inner);
            asm.increment(i, 1);
        });
        names.release(mark);
    }

    private void pushRow(Value value, int i) {
        asm.loadReference(rows);
        pushPlace(value, i);
        asm.arrayLoad(value.dtype());
    }

    private void pushPlace(Value value, int i) {
        asm.load(DType.INT32, i);
        int row = distribution.row(value);
        if (row > 0) {
            asm.constant(row);
            asm.op(Opcodes.IADD);
        }
    }

    /** Sets the axis to the first index of the block. */
    private void toBlock() {
        asm.load(DType.INT32, block);
        asm.store(DType.INT32, axis);
    }

    private void pushElement(Access access) {
        names.pushArray(access.array());
        nest.indexing.pushElement(access);
    }

    /** Copies the block from one place to the other, both on the stack. */
    private void copy() {
        asm.load(DType.INT32, length);
        asm.callStatic("java/lang/System", "arraycopy", "(Ljava/lang/Object;ILjava/lang/Object;II)V");
    }
}
