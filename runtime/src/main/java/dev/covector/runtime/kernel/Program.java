package dev.covector.runtime.kernel;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * A compiled graph: what a session needs to run it. Made by the compiler, or by a class that was compiled ahead of time.
 *
 * @param name       of the graph
 * @param parameters in the order of the graph
 * @param initial    a function without inputs whose results are the parameters' first values, in their order
 */
public record Program(String name, List<Parameter> parameters, List<Function> functions, Function initial) {
    public Program {
        parameters = List.copyOf(parameters);
        functions = List.copyOf(functions);
    }

    /** A value that a session keeps; its extents are fixed. */
    public record Parameter(String name, DType dtype, Shape shape, boolean trainable) {}

    /**
     * A compiled function.
     *
     * @param buffers  what each slot of {@link Frame#buffers} holds
     * @param storages the arrays of a call's own; several slots may share one, one after the other
     * @param requirements what must not be negative, or else there is no result; the last of {@link Notes#checks} say why
     * @param dims     what {@link Frame#dims} holds: these, evaluated
     * @param reals    for {@link Frame#reals}
     * @param integers for {@link Frame#integers}
     * @param nests    by the numbers that tasks have for them
     * @param launches in the order in which they run
     * @param commits  what is copied to parameters after the last launch; updates in place need none
     * @param updates  the indices of the parameters that a call changes
     * @param random   whether it draws random numbers, so that calls are counted
     * @param notes    what messages and profiles say; asked for only then
     */
    public record Function(String name, List<Port> inputs, List<Port> results, List<Buffer> buffers,
            List<Storage> storages, List<Dim> requirements, List<Dim> dims,
            double[] reals, long[] integers, List<Nest> nests, List<Launch> launches, List<Commit> commits,
            List<Integer> updates,
            boolean random, FunctionCode code, Supplier<Notes> notes) {
        public Function {
            inputs = List.copyOf(inputs);
            results = List.copyOf(results);
            buffers = List.copyOf(buffers);
            storages = List.copyOf(storages);
            requirements = List.copyOf(requirements);
            dims = List.copyOf(dims);
            nests = List.copyOf(nests);
            launches = List.copyOf(launches);
            commits = List.copyOf(commits);
            updates = List.copyOf(updates);
        }

        /** The same function of a graph with other lines. */
        public Function withNotes(Supplier<Notes> others) {
            return new Function(name, inputs, results, buffers, storages, requirements, dims, reals, integers,
                    nests, launches, commits, updates, random, code, others);
        }
    }

    /**
     * A nest and its code, which equal nests share: such as those of a network's equal layers.
     *
     * @param code    which of the function's codes it runs
     * @param numbers for {@link Frame#numbers}: the slots, dimensions, literals, checks and streams of random numbers that this
     *                nest uses, in the order in which its code asks for them; empty if they are constants in its code
     */
    public record Nest(int code, List<Long> numbers) {
        public Nest {
            numbers = List.copyOf(numbers);
        }
    }

    /**
     * What is told about a function: in a graph's own names and lines, also where it shares its code with others.
     *
     * @param checks  what each check of an index, and then each requirement, says when it fails: the op, and the user's
     *                line
     * @param kernels what each task of each launch computes, in their order
     */
    public record Notes(List<String> checks, List<Kernel> kernels) {
        /** Of a function about which nothing is known. */
        public static final Notes NONE = new Notes(List.of(), List.of());

        public Notes {
            checks = List.copyOf(checks);
            kernels = List.copyOf(kernels);
        }
    }

    /**
     * What a task computes, and what that costs at least.
     *
     * @param name  such as {@code k3_matmul_add}
     * @param flops floating-point operations
     * @param bytes of memory that are read and written
     * @param lines the user's lines that it computes something of, at least one
     */
    public record Kernel(String name, Dim flops, Dim bytes, List<Line> lines) {
        public Kernel {
            lines = List.copyOf(lines);
        }
    }

    /**
     * A kernel's part in a line of the user's.
     *
     * @param place such as {@code Mlp.java:12}; empty if it is not known
     * @param ops   what is computed for it, each word once
     * @param work  about how many elementary operations that takes, to share out a kernel's time
     */
    public record Line(String place, List<String> ops, Dim work) {
        public Line {
            ops = List.copyOf(ops);
        }
    }

    /** An input or a result, and the slot of its buffer. */
    public record Port(String name, DType dtype, Shape shape, int slot) {}

    /** What a slot holds. */
    public sealed interface Buffer {
        /** The array that a call brings. */
        record Input(int input) implements Buffer {}

        /** The session's array. */
        record Held(int parameter) implements Buffer {}

        /** Data of the graph. */
        record Constant(Tensor data) implements Buffer {}

        /** A temporary or a result, in an array of the call's own. */
        record Own(int storage) implements Buffer {}
    }

    /** An array of a call's own, at least as long as the longest of {@code lengths}. */
    public record Storage(DType dtype, List<Dim> lengths) {
        public Storage {
            lengths = List.copyOf(lengths);
        }
    }

    /** After the last launch, all elements of {@code slot} are copied to the parameter. */
    public record Commit(int slot, int parameter) {}

    /**
     * Tasks that don't depend on each other, and run together; the next launch starts when all are done.
     *
     * @param work about how many elementary operations they take, to decide whether threads pay
     */
    public record Launch(List<Task> tasks, Dim work) {
        /**
         * Below so many elementary operations, which take from 2 to 10 µs, one thread is as fast as several: a hand-off
         * takes about 1 µs to threads that look for work, more to those that sleep. (Measured with two threads: no gain
         * yet at 50,000, a factor of 1.6 at 200,000.)
         */
        public static final long WORK_FOR_ONE = 1 << 17;

        public Launch {
            tasks = List.copyOf(tasks);
        }
    }

    /** What a launch runs; can be cut in ranges, which different threads run. */
    public sealed interface Task {
        /** Nest {@code nest} for [0, extent). */
        record Loop(int nest, Dim extent) implements Task {}

        /**
         * A contraction on the shared tile: the nests that pack its operands, -1 if they are only read where they are, and
         * the one that finishes a tile.
         *
         * @param algorithm how it is computed
         * @param packsRows whether A is packed by rows ({@link FloatContraction#packsRows}); else up to 16 rows at a
         *                  time, as many as a vector has lanes, of which the tile uses its own
         * @param a where A is, if it can be left there ({@link FloatContraction#leavesA})
         * @param b where B is, if it can be left there ({@link FloatContraction#leavesB})
         * @param c the slot of C, if it is only stored, row by row ({@link FloatContraction#leavesC})
         */
        record Contraction(DType dtype, Algorithm algorithm, int packA, int packB, int finish, Dim batch,
                Dim m,
                Dim n, Dim k, boolean packsRows, Optional<InPlace> a, Optional<InPlace> b,
                OptionalInt c) implements Task {}

        /**
         * An operand of a contraction in the buffer {@code slot}; the nest {@code places} says where in it.
         *
         * @param run  how many columns of B lie side by side ({@link FloatContraction#run}); 1 where lines are found one by one
         * @param step how far its steps are from each other ({@link FloatContraction#stepOfA}); of B 0 if that differs
         */
        record InPlace(int slot, int places, int run, int step) {}
    }
}
