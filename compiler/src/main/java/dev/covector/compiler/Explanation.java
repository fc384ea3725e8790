package dev.covector.compiler;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.List;
import java.util.Optional;

/**
 * What the compiler made of a graph, and why: for pages, tools and people. {@link Compiler#explain} makes it; the module
 * {@code covector-explain} renders it. Immutable, and equal compilations are explained alike.
 *
 * @param name      of the graph
 * @param stages    the graph as the user wrote it, and after each pass over the whole graph
 * @param functions those of the graph in their order, then {@code initial}, which gives parameters their first values
 */
public record Explanation(String name, List<Stage> stages, List<Function> functions) {
    public Explanation {
        stages = List.copyOf(stages);
        functions = List.copyOf(functions);
    }

    /**
     * The function called {@code name}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Function function(String name) {
        return functions.stream().filter(function -> function.name().equals(name)).findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("the graph " + this.name + " has no function \""
                                + name + "\", only " + functions.stream().map(Function::name).toList()));
    }

    /**
     * The graph after a pass.
     *
     * @param name    {@code source}, {@code simplified}, {@code differentiated}, {@code simplified-again} or
     *                {@code specialised}
     * @param changes what became of the stage before: one for each of the graph's nodes, in their order
     * @param removed the nodes of the stage before that have no successor here, in their order
     */
    public record Stage(String name, Graph graph, List<Change> changes, List<Node> removed) {
        public Stage {
            changes = List.copyOf(changes);
            removed = List.copyOf(removed);
        }
    }

    /**
     * How a node came about.
     *
     * @param before what it is the successor of in the stage before; empty if it is new, or of the first stage
     */
    public record Change(Kind kind, Optional<Node> before) {
        /** Compared with the stage before. */
        public enum Kind {
            /** The same op of the same operands. */
            SAME,
            /** The same op of other operands. */
            CHANGED,
            /** New. */
            ADDED
        }
    }

    /**
     * A function as it runs.
     *
     * @param function  of the last stage's graph; {@code initial} is not one of that graph's functions, but of its nodes
     * @param execution how its kernels run
     * @param kernels   in the order in which they run
     * @param launches  how many; kernels of one launch don't depend on each other, and threads share them out
     * @param buffers   all that kernels read and write
     * @param arrays    what a call allocates; several buffers may share one, one after the other
     * @param commits   what is copied to parameters when the launches are done
     * @param whole     the code of the whole function, where it is one method
     */
    public record Function(String name, Graph.Function function, Execution execution, List<Kernel> kernels,
            int launches, List<Buffer> buffers, List<Array> arrays, List<Commit> commits,
            Optional<Code> whole) {
        public Function {
            kernels = List.copyOf(kernels);
            buffers = List.copyOf(buffers);
            arrays = List.copyOf(arrays);
            commits = List.copyOf(commits);
        }
    }

    /** How the kernels of a function run. */
    public enum Execution {
        /** Launch by launch; several threads where it pays. */
        LAUNCHES,
        /** So little work that one method calls all kernels, one after the other. */
        ONE_AFTER_THE_OTHER,
        /** So little work that one method has all kernels, without loops. */
        STRAIGHT_LINE
    }

    /**
     * Ops that are computed together, by one nest of loops (or three: a contraction packs its operands).
     *
     * @param launch    which launch it is part of
     * @param ops       what it computes, in topological order
     * @param inlined   what it computes wherever one of its ops asks for an element: movement, which is only another
     *                  index, and cheap arithmetic. Several kernels may compute the same
     * @param decisions what was joined and what was not, and why
     * @param reads     the buffers that it reads, as indices
     * @param writes    the buffers that it writes, as indices
     * @param flops     floating-point operations of a call; those of an exponential and the like are those of its arithmetic
     * @param read      bytes that it reads, each element once
     * @param written   bytes that it writes
     */
    public record Kernel(String name, KernelKind kind, int launch, List<Node> ops, List<Node> inlined,
            List<Decision> decisions, List<Integer> reads, List<Integer> writes, Dim flops, Dim read,
            Dim written, Code code) {
        public Kernel {
            ops = List.copyOf(ops);
            inlined = List.copyOf(inlined);
            decisions = List.copyOf(decisions);
            reads = List.copyOf(reads);
            writes = List.copyOf(writes);
        }

        /** Bytes read and written. */
        public Dim bytes() {
            return read.plus(written);
        }
    }

    /** What kind of loops a kernel has. */
    public enum KernelKind {
        /** Elementwise ops and reductions over a shared outer index space. */
        LOOP,
        /** A contraction on the register tile, and elementwise ops on its result. */
        TILE,
        /** An op whose loops no other shares. */
        ALONE
    }

    /**
     * Whether two ops, each of them perhaps joined with others already, were put into one kernel.
     *
     * @param operand what is read
     * @param reader  what reads it
     * @param refusal why they were not joined; empty if they were
     */
    public record Decision(Node operand, Node reader, Optional<String> refusal) {
        /** As the listing has it, above the kernel of the reader. */
        @Override
        public String toString() {
            return refusal.map(why -> "not joined with " + label(operand) + ": " + why)
                    .orElseGet(() -> "joined " + label(reader) + " with its operand " + label(operand));
        }
    }

    /**
     * Code of a kernel or a function.
     *
     * @param loops  the loop form
     * @param scalar its bytecode; empty if the function is one method
     * @param vector the same with the Vector API, for vectors of this machine; empty also if this JVM lacks it
     */
    public record Code(String loops, String scalar, String vector) {}

    /**
     * The elements of a value.
     *
     * @param index  which input, parameter or array; 0 for data of the graph
     * @param bytes  its size
     * @param first  the launch that writes it first; 0 if it is there before
     * @param last   the last launch that uses it; the number of launches if it outlives the last one
     */
    public record Buffer(Node node, Place place, int index, Dim bytes, int first, int last) {
        /** Where the elements are. */
        public enum Place {
            INPUT, PARAMETER, CONSTANT, ARRAY
        }
    }

    /** An array of a call's own, as long as the longest of {@code bytes}. */
    public record Array(DType dtype, List<Dim> bytes) {
        public Array {
            bytes = List.copyOf(bytes);
        }
    }

    /** After the last launch, a buffer is copied to a parameter; updates in place need none. */
    public record Commit(int buffer, int parameter) {}

    /** What a node is called in texts: by the user's name, or by its op and its id. */
    public static String label(Node node) {
        return node.name() != null ? node.name() : node.op().word() + "_" + node.id();
    }
}
