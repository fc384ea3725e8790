package dev.covector.runtime;

import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of a session's calls goes: to which kernels, and to which lines of the user's code. Measures from
 * {@link Session#profile} on until it is closed, and can be looked at during and after that.
 *
 * <pre>{@code
 * try (Profile profile = session.profile()) {
 *     for (int i = 0; i < 1000; i++) {
 *         train.run();
 *     }
 *     System.out.println(profile.table());
 * }
 * }</pre>
 *
 * <p><b>Time</b> is that of a clock on the wall, while a kernel runs, be it on one thread or several. Kernels that
 * threads run together share their time in proportion to how long the threads were busy with each. A kernel that the
 * compiler has made of several ops, or of a whole function, is one row. Run it many times first: code that the JVM has
 * not compiled yet is slow.
 *
 * <p><b>Flops and bytes</b> are estimated from shapes: at least so many operations, and each byte of memory that must be
 * read or written, once. An exponential is as many flops as the arithmetic that it is computed by. To compare, choose,
 * convert and move numbers are none, nor is what is done with integers.
 *
 * <p><b>Lines.</b> A kernel may compute something for several lines. Its time, flops and bytes are then shared out by the
 * estimated work of each, not measured. Derivatives count for the lines that they are the derivatives of.
 *
 * <p>May be used by any thread. Measuring costs each call some 100 ns and each of its kernels 50 ns; without a profile
 * nothing is measured.
 */
public final class Profile implements AutoCloseable {
    private final Session session;
    private final Map<LinkedFunction, Counted> functions = new LinkedHashMap<>();
    private @Nullable MachineLimits limits;

    Profile(Session session) {
        this.session = session;
    }

    /**
     * A kernel of a function.
     *
     * @param function    the name of the function
     * @param name        says what the kernel computes
     * @param calls       how often it has run
     * @param vectorCalls in how many of those vector code ran; a kernel that is warming up runs scalar code first
     * @param nanos       how long it has run
     * @param flops       floating-point operations in all calls, estimated
     * @param bytes       of memory read and written in all calls, estimated
     * @param lines       the user's lines for which it computes something, such as {@code Mlp.java:12}
     */
    public record Kernel(String function, String name, long calls, long vectorCalls, long nanos, double flops,
            double bytes, List<String> lines) {
        public Kernel {
            lines = List.copyOf(lines);
        }

        /** Flops for each byte; NaN if there are neither. */
        public double intensity() {
            return flops / bytes;
        }

        /** Flops a second. */
        public double flopsPerSecond() {
            return 1e9 * flops / nanos;
        }

        /** Bytes a second. */
        public double bytesPerSecond() {
            return 1e9 * bytes / nanos;
        }

        /** Whether the machine's memory would bind this kernel before its arithmetic does. */
        public boolean isBoundByMemory(MachineLimits limits) {
            return bytes / limits.bytesPerSecond() >= flops / limits.flopsPerSecond();
        }

        /**
         * How near it comes to what the machine can do, of flops or of bytes, whichever binds: 1 is all of it. Above 1
         * if data stay in caches.
         */
        public double shareOf(MachineLimits limits) {
            return Math.max(bytesPerSecond() / limits.bytesPerSecond(),
                    flopsPerSecond() / limits.flopsPerSecond());
        }

        /** Which code ran: {@code vector}, {@code scalar}, or both, while it was warming up. */
        public String flavour() {
            return vectorCalls == 0 ? "scalar" : vectorCalls == calls ? "vector" : "both";
        }
    }

    /**
     * A line of the user's code, with its part in all kernels.
     *
     * @param place such as {@code Mlp.java:12}; empty for what has none
     * @param ops   what was computed for it, each word once
     * @param nanos its share of the time
     * @param flops its share of the floating-point operations
     * @param bytes its share of the bytes
     */
    public record Line(String place, List<String> ops, double nanos, double flops, double bytes) {
        public Line {
            ops = List.copyOf(ops);
        }

        /** Flops for each byte; NaN if there are neither. */
        public double intensity() {
            return flops / bytes;
        }
    }

    /**
     * A function that was called.
     *
     * @param calls        how often
     * @param nanos        how long all of its kernels took, with what lies between them
     * @param kernelNanos  how long the kernels took
     */
    public record Function(String name, long calls, long nanos, long kernelNanos) {}

    /** What was counted for a function. */
    private static final class Counted {
        final Tally[] tallies;
        long calls;
        long nanos;

        Counted(Tally[] tallies) {
            this.tallies = tallies;
        }
    }

    /** What was counted for a task. */
    static final class Tally {
        private final Program.Kernel kernel;
        private final double[] lineNanos;
        private final double[] lineFlops;
        private final double[] lineBytes;
        private long calls;
        private long vectorCalls;
        private long nanos;
        private double flops;
        private double bytes;

        private Tally(Program.Kernel kernel) {
            this.kernel = kernel;
            int lines = kernel.lines().size();
            this.lineNanos = new double[lines];
            this.lineFlops = new double[lines];
            this.lineBytes = new double[lines];
        }

        /** A call, and the lines' shares in it. */
        void add(long nanos, boolean vector, double flops, double bytes, double[] shares) {
            calls++;
            vectorCalls += vector ? 1 : 0;
            this.nanos += nanos;
            this.flops += flops;
            this.bytes += bytes;
            for (int i = 0; i < shares.length; i++) {
                lineNanos[i] += shares[i] * nanos;
                lineFlops[i] += shares[i] * flops;
                lineBytes[i] += shares[i] * bytes;
            }
        }
    }

    /** Where to count a call's tasks; those of all prepared calls of a function are counted together. */
    synchronized Tally[] tallies(LinkedFunction function, List<Program.Kernel> kernels) {
        return functions.computeIfAbsent(function,
                key -> new Counted(kernels.stream().map(Tally::new).toArray(Tally[]::new))).tallies;
    }

    synchronized void addCall(LinkedFunction function, long nanos) {
        Counted counted = functions.get(function);
        if (counted != null) {
            counted.calls++;
            counted.nanos += nanos;
        }
    }

    /** Stops measuring; what was measured stays. */
    @Override
    public void close() {
        session.end(this);
    }

    /** Judges kernels by these limits instead of measured ones. */
    public synchronized Profile limits(MachineLimits given) {
        limits = given;
        return this;
    }

    /** The machine's limits: those given, or else measured when they are first asked for, which takes about a second. */
    public synchronized MachineLimits limits() {
        MachineLimits known = limits;
        if (known == null) {
            known = MachineLimits.measure(session.options().workers());
            limits = known;
        }
        return known;
    }

    /** The functions that were called, in the order of their first calls. */
    public synchronized List<Function> functions() {
        List<Function> all = new ArrayList<>();
        functions.forEach((function, counted) -> all.add(new Function(function.name(), counted.calls,
                counted.nanos, Arrays.stream(counted.tallies).mapToLong(tally -> tally.nanos).sum())));
        return all;
    }

    /** The kernels that have run, in the order in which their functions run them. */
    public synchronized List<Kernel> kernels() {
        List<Kernel> all = new ArrayList<>();
        functions.forEach((function, counted) -> {
            for (Tally tally : counted.tallies) {
                all.add(new Kernel(function.name(), tally.kernel.name(), tally.calls, tally.vectorCalls,
                        tally.nanos, tally.flops, tally.bytes,
                        tally.kernel.lines().stream().map(Program.Line::place).toList()));
            }
        });
        return all;
    }

    /** The user's lines, those that took the longest first. */
    public synchronized List<Line> lines() {
        record Sum(Set<String> ops, double[] values) {}
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (Counted counted : functions.values()) {
            for (Tally tally : counted.tallies) {
                for (int i = 0; i < tally.lineNanos.length; i++) {
                    Program.Line line = tally.kernel.lines().get(i);
                    Sum sum = sums.computeIfAbsent(line.place(),
                            key -> new Sum(new LinkedHashSet<>(), new double[3]));
                    sum.ops.addAll(line.ops());
                    sum.values[0] += tally.lineNanos[i];
                    sum.values[1] += tally.lineFlops[i];
                    sum.values[2] += tally.lineBytes[i];
                }
            }
        }
        List<Line> all = new ArrayList<>();
        sums.forEach((place, sum) -> all.add(new Line(place, List.copyOf(sum.ops), sum.values[0],
                sum.values[1], sum.values[2])));
        all.sort(Comparator.comparingDouble(Line::nanos).reversed());
        return all;
    }

    /**
     * Functions with their kernels, and lines, as tables, with each kernel's share of the {@link #limits() machine's
     * limits}, which are measured if they are not known.
     */
    public String table() {
        return ProfileTable.of(this, limits());
    }

    /** The tables without shares of limits, unless those are known. */
    @Override
    public synchronized String toString() {
        return ProfileTable.of(this, limits);
    }
}
