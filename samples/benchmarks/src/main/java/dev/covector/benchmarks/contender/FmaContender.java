package dev.covector.benchmarks.contender;

import dev.covector.benchmarks.workload.Contender;
import dev.covector.benchmarks.workload.ContenderLoop;
import dev.covector.benchmarks.workload.Workloads;
import dev.covector.runtime.DType;
import dev.covector.runtime.Workers;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * How fast the machine multiplies and adds at most: a step is {@link #OPERATIONS} on each thread, in registers only, of the
 * workload's dtype.
 */
public final class FmaContender implements Contender {
    /** Operations of a step on one thread, two a multiplication and addition. */
    public static final long OPERATIONS = 2L * 12 * 16 * 4096;
    /** More than a processor has under way at a time: it begins two a cycle, and each takes four or five. */
    private static final int CHAINS = 12;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

    private final Workers workers;
    private final boolean doubles;
    private final double[] sums;

    private FmaContender(int threads, boolean doubles) {
        this.workers = Workers.of(threads);
        this.doubles = doubles;
        this.sums = new double[threads];
    }

    /** Serves. */
    public static void main(String[] arguments) {
        System.exit(ContenderLoop.serve(arguments, (name, data, threads, options) -> new FmaContender(threads,
                Workloads.named(name).dtype() == DType.FLOAT64)));
    }

    @Override
    public void step() {
        workers.run(sums.length, 1, (worker, from, to) -> sums[worker] = doubles ? doubles() : floats());
    }

    /** There is nothing to compare. */
    @Override
    public double checksum() {
        return Double.NaN;
    }

    /** Each chain is written twice: a method of more than 325 bytes is not inlined into others, which spoils the loop. */
    private static double floats() {
        // As the factors, not as what is added to: an instruction overwrites that one.
        FloatVector factor = FloatVector.broadcast(FLOATS, 0.999f);
        FloatVector a0 = FloatVector.broadcast(FLOATS, 1);
        FloatVector a1 = a0.add(1);
        FloatVector a2 = a0.add(2);
        FloatVector a3 = a0.add(3);
        FloatVector a4 = a0.add(4);
        FloatVector a5 = a0.add(5);
        FloatVector a6 = a0.add(6);
        FloatVector a7 = a0.add(7);
        FloatVector a8 = a0.add(8);
        FloatVector a9 = a0.add(9);
        FloatVector a10 = a0.add(10);
        FloatVector a11 = a0.add(11);
        int count = (int) (OPERATIONS / (4L * CHAINS * FLOATS.length()));
        for (int i = 0; i < count; i++) {
            a0 = factor.fma(factor, a0);
            a1 = factor.fma(factor, a1);
            a2 = factor.fma(factor, a2);
            a3 = factor.fma(factor, a3);
            a4 = factor.fma(factor, a4);
            a5 = factor.fma(factor, a5);
            a6 = factor.fma(factor, a6);
            a7 = factor.fma(factor, a7);
            a8 = factor.fma(factor, a8);
            a9 = factor.fma(factor, a9);
            a10 = factor.fma(factor, a10);
            a11 = factor.fma(factor, a11);
            a0 = factor.fma(factor, a0);
            a1 = factor.fma(factor, a1);
            a2 = factor.fma(factor, a2);
            a3 = factor.fma(factor, a3);
            a4 = factor.fma(factor, a4);
            a5 = factor.fma(factor, a5);
            a6 = factor.fma(factor, a6);
            a7 = factor.fma(factor, a7);
            a8 = factor.fma(factor, a8);
            a9 = factor.fma(factor, a9);
            a10 = factor.fma(factor, a10);
            a11 = factor.fma(factor, a11);
        }
        return a0.add(a1).add(a2).add(a3).add(a4).add(a5).add(a6).add(a7).add(a8).add(a9).add(a10).add(a11)
                .lane(0);
    }

    private static double doubles() {
        // As the factors, not as what is added to: an instruction overwrites that one.
        DoubleVector factor = DoubleVector.broadcast(DOUBLES, 0.999);
        DoubleVector a0 = DoubleVector.broadcast(DOUBLES, 1);
        DoubleVector a1 = a0.add(1);
        DoubleVector a2 = a0.add(2);
        DoubleVector a3 = a0.add(3);
        DoubleVector a4 = a0.add(4);
        DoubleVector a5 = a0.add(5);
        DoubleVector a6 = a0.add(6);
        DoubleVector a7 = a0.add(7);
        DoubleVector a8 = a0.add(8);
        DoubleVector a9 = a0.add(9);
        DoubleVector a10 = a0.add(10);
        DoubleVector a11 = a0.add(11);
        int count = (int) (OPERATIONS / (4L * CHAINS * DOUBLES.length()));
        for (int i = 0; i < count; i++) {
            a0 = factor.fma(factor, a0);
            a1 = factor.fma(factor, a1);
            a2 = factor.fma(factor, a2);
            a3 = factor.fma(factor, a3);
            a4 = factor.fma(factor, a4);
            a5 = factor.fma(factor, a5);
            a6 = factor.fma(factor, a6);
            a7 = factor.fma(factor, a7);
            a8 = factor.fma(factor, a8);
            a9 = factor.fma(factor, a9);
            a10 = factor.fma(factor, a10);
            a11 = factor.fma(factor, a11);
            a0 = factor.fma(factor, a0);
            a1 = factor.fma(factor, a1);
            a2 = factor.fma(factor, a2);
            a3 = factor.fma(factor, a3);
            a4 = factor.fma(factor, a4);
            a5 = factor.fma(factor, a5);
            a6 = factor.fma(factor, a6);
            a7 = factor.fma(factor, a7);
            a8 = factor.fma(factor, a8);
            a9 = factor.fma(factor, a9);
            a10 = factor.fma(factor, a10);
            a11 = factor.fma(factor, a11);
        }
        return a0.add(a1).add(a2).add(a3).add(a4).add(a5).add(a6).add(a7).add(a8).add(a9).add(a10).add(a11)
                .lane(0);
    }
}
