package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.runtime.DType;
import dev.covector.runtime.kernel.Scratch;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a LANES loop is distributed in scalar code: it runs in blocks of {@link Scratch#BLOCK} iterations, and each block as
 * several loops, one for each of {@link #parts}, that hand float32 numbers to each other in rows of a scratch array. That is for
 * HotSpot's C2, which
 * <ul>
 * <li>never unrolls a loop whose body has more than 60 of its nodes ({@code LoopUnrollLimit}), and vectorises only what
 * it unrolls: some 45 operations;
 * <li>before JDK 26 doesn't vectorise a loop that writes one array and reads another one unless the indices are equal, but
 * for a constant: so sums by lanes, and arrays that begin anywhere, are copied from and to the rows;
 * <li>vectorises a loop as a whole or not at all: so steps for which it has no vectors are in parts of their own.
 * </ul>
 */
final class Distribution {
    /** Of a part that is vectorised; the nodes that a loop has besides its steps, reads and writes are about 20. */
    private static final int MAX_STEPS = 34;
    /** A part shorter than that is not worth a loop. */
    private static final int MIN_STEPS = 5;
    /** Constant extents below that are not worth the copies. */
    private static final int MIN_EXTENT = 96;

    /** What is computed once for all iterations. */
    final List<Stmt.Let> invariants = new ArrayList<>();
    /** What is copied to rows before the first part. */
    final List<Value.Load> copiesIn = new ArrayList<>();
    final List<Part> parts = new ArrayList<>();
    /** What is copied from rows after the last part. */
    final List<Stmt.Store> copiesOut = new ArrayList<>();

    private final Stmt.Loop loop;
    private final Vectorisable lanes;
    private final List<Step> steps = new ArrayList<>();
    /** The first step that knows a value that varies, and the last one that uses it. */
    private final Map<Value, Integer> defined = new IdentityHashMap<>();
    private final Map<Value, Integer> used = new IdentityHashMap<>();
    private final Map<Value, Integer> rows = new IdentityHashMap<>();

    /** The definition of {@code name} by {@code value}, which is part of what {@code name} is expanded to; or a store. */
    record Step(Stmt stmt, @Nullable Value value, @Nullable Value name) {}

    /**
     * One loop.
     *
     * @param in      what it reads from rows
     * @param out     what it writes to rows
     * @param indexed whether it uses the index of the iteration
     */
    record Part(List<Step> steps, List<Value> in, List<Value> out, boolean indexed) {}

    private Distribution(Stmt.Loop loop, Vectorisable lanes) {
        this.loop = loop;
        this.lanes = lanes;
    }

    /** How to distribute {@code loop}, or null if it shall be, or must be, one loop. */
    static @Nullable Distribution of(Stmt.Loop loop, Uses uses) {
        boolean summed = loop.accumulators().stream().anyMatch(Accumulators::inLanes);
        if (!summed && uses.size(loop.body()) <= MAX_STEPS || !isLong(loop)) {
            return null;
        }
        Vectorisable lanes = Vectorisable.of(loop);
        if (lanes == null || lanes.bytes() != Float.BYTES) {
            return null;
        }
        Distribution result = new Distribution(loop, lanes);
        return result.body(uses) && result.divide() ? result : null;
    }

    /** Whether the iterations may be many: not a small constant number, and not the rows or columns of a tile. */
    static boolean isLong(Stmt.Loop loop) {
        int extent = Bound.distance(loop.lower(), loop.upper());
        boolean ofTile = loop.upper() == Bound.Param.N1 || loop.upper() == Bound.Param.M1;
        return !ofTile && (extent < 0 || extent >= MIN_EXTENT);
    }

    /** Where {@code value} begins in the scratch array. */
    int row(Value value) {
        Integer row = rows.get(value);
        if (row == null) {
            throw new IllegalStateException("not in a row: " + value);
        }
        return row * Scratch.BLOCK;
    }

    /** The array from which alone the operand of an accumulator is read, so that it needs no row; or null. */
    Value.@Nullable Load direct(Value operand) {
        return operand instanceof Value.Load load && !rows.containsKey(operand) && isCopied(load) ? load
                : null;
    }

    private boolean body(Uses uses) {
        Set<Access.Array> written = new HashSet<>();
        Set<Access.Array> copiedTo = new HashSet<>();
        for (Stmt stmt : loop.body()) {
            switch (stmt) {
                case Stmt.Let let when !lanes.varies(let.value()) -> invariants.add(let);
                case Stmt.Let let -> {
                    Access access = Operands.access(let.value());
                    if (access != null && written.contains(access.array())) {
                        return false;
                    }
                    if (let.value() instanceof Value.Load load && isCopied(load)) {
                        copiesIn.add(load);
                        defined.put(load, -1);
                    } else {
                        let(let, uses.steps(let));
                    }
                }
                case Stmt.Store store -> {
                    boolean copied = store.value().dtype() == DType.FLOAT32 && lanes.varies(store.value());
                    written.add(store.target().array());
                    if (copied) {
                        copiesOut.add(store);
                        copiedTo.add(store.target().array());
                    } else if (copiedTo.contains(store.target().array())) {
                        return false;
                    } else {
                        use(store.value(), steps.size());
                        steps.add(new Step(store, null, null));
                    }
                }
                case Stmt.Loop l -> {
                    return false;
                }
                case Stmt.Split s -> {
                    return false;
                }
                case Stmt.Sort s -> {
                    return false;
                }
                case Stmt.Transpose s -> {
                    return false;
                }
            }
        }
        return true;
    }

    private void let(Stmt.Let let, List<Stmt.Let> expansion) {
        for (Stmt.Let step : expansion) {
            boolean last = step == expansion.get(expansion.size() - 1);
            Value name = last ? let.value() : step.value();
            Operands.of(step.value()).forEach(operand -> use(operand, steps.size()));
            defined.put(name, steps.size());
            steps.add(new Step(let, step.value(), name));
        }
    }

    private void use(Value value, int at) {
        if (defined.containsKey(value)) {
            used.put(value, at);
        }
    }

    private static boolean isCopied(Value.Load load) {
        return load.dtype() == DType.FLOAT32 && !(load.access().array() instanceof Access.Array.Stream);
    }

    /** Cuts the steps into parts and gives rows to what they hand on; false if there are not enough of those. */
    private boolean divide() {
        int end = steps.size();
        copiesOut.forEach(store -> use(store.value(), end));
        for (Accumulator accumulator : loop.accumulators()) {
            Value operand = accumulator.operand();
            if (!defined.containsKey(operand)) {
                // The same number for each iteration.
                return false;
            }
            if (!(Accumulators.inLanes(accumulator) && used.getOrDefault(operand, -1) < 0
                    && operand instanceof Value.Load && defined.get(operand) == -1)) {
                use(operand, end);
            }
        }
        copiesIn.removeIf(load -> !used.containsKey(load));
        BitSet free = new BitSet();
        free.set(0, Scratch.ROWS);
        copiesIn.forEach(load -> give(load, free));
        int from = 0;
        for (int to : cuts()) {
            part(from, to, free);
            from = to;
        }
        return rows.values().stream().allMatch(row -> row >= 0 && row < Scratch.ROWS);
    }

    private void give(Value value, BitSet free) {
        int row = free.nextSetBit(0);
        if (value.dtype() != DType.FLOAT32) {
            row = -1;
        }
        rows.put(value, row);
        if (row >= 0) {
            free.clear(row);
        }
    }

    private void part(int from, int to, BitSet free) {
        Set<Value> in = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Value> ordered = new ArrayList<>();
        List<Value> out = new ArrayList<>();
        boolean indexed = false;
        for (Step step : steps.subList(from, to)) {
            for (Value operand : operands(step)) {
                Integer place = defined.get(operand);
                if (place != null && place < from && in.add(operand)) {
                    ordered.add(operand);
                }
                indexed |= operand instanceof Value.Index index && index.counter() == loop.axis();
            }
            indexed |= step.value() == null || Operands.access(step.value()) != null;
            if (step.name() != null && used.getOrDefault(step.name(), -1) >= to) {
                out.add(step.name());
            }
        }
        out.forEach(value -> give(value, free));
        for (Value value : ordered) {
            int row = rows.getOrDefault(value, -1);
            if (row >= 0 && used.getOrDefault(value, -1) < to) {
                free.set(row);
            }
        }
        parts.add(new Part(List.copyOf(steps.subList(from, to)), ordered, out, indexed));
    }

    private static List<Value> operands(Step step) {
        return step.value() != null ? Operands.of(step.value())
                : step.stmt() instanceof Stmt.Store store ? List.of(store.value()) : List.of();
    }

    /** Where parts end. */
    private List<Integer> cuts() {
        List<Integer> cuts = new ArrayList<>();
        int from = 0;
        while (from < steps.size()) {
            boolean vectors = hasVectors(from);
            int run = from;
            while (run < steps.size() && hasVectors(run) == vectors) {
                run++;
            }
            int end = vectors ? from + (run - from + pieces(run - from) - 1) / pieces(run - from) : run;
            int cut = narrowest(Math.max(from + 1, vectors && end < run ? end - MIN_STEPS : end), end);
            while (cut < 0 && end < steps.size()) {
                end++;
                cut = narrowest(end, end);
            }
            from = cut < 0 ? steps.size() : cut;
            cuts.add(from);
        }
        return cuts;
    }

    private static int pieces(int count) {
        return (count + MAX_STEPS - 1) / MAX_STEPS;
    }

    /** Whether C2 has vectors for a step, or there are so few such ones that they go with others. */
    private boolean hasVectors(int at) {
        if (!vectors(steps.get(at))) {
            return false;
        }
        int from = at;
        while (from > 0 && vectors(steps.get(from - 1))) {
            from--;
        }
        int to = at;
        while (to < steps.size() && vectors(steps.get(to))) {
            to++;
        }
        return to - from >= MIN_STEPS || to - from == steps.size();
    }

    private static boolean vectors(Step step) {
        return switch (step.value()) {
            case null -> true;
            case Value.Unary unary -> switch (unary.op()) {
                case TO_BITS, FROM_BITS, NOT -> false;
                default -> true;
            };
            case Value.Binary binary -> binary.op() != Value.BinaryOp.REM && binary.dtype() != DType.BOOL;
            case Value.Compare compare -> false;
            case Value.Select select -> false;
            case Value.Fallback fallback -> false;
            case Value.Cast cast -> cast.dtype() != DType.BOOL && cast.x().dtype() != DType.BOOL;
            case Value.Load load -> !(load.access().array() instanceof Access.Array.Stream);
            default -> true;
        };
    }

    /** The place in [from, to] at which least is handed on, the last such one; -1 if that is not float32 anywhere. */
    private int narrowest(int from, int to) {
        int best = -1;
        long least = Long.MAX_VALUE;
        for (int cut = from; cut <= to; cut++) {
            long handed = 0;
            for (Map.Entry<Value, Integer> use : used.entrySet()) {
                int begin = defined.getOrDefault(use.getKey(), -1);
                if (begin >= 0 && begin < cut && use.getValue() >= cut) {
                    handed += use.getKey().dtype() == DType.FLOAT32 ? 1 : Integer.MAX_VALUE;
                }
            }
            if (handed < Integer.MAX_VALUE && handed <= least) {
                least = handed;
                best = cut;
            }
        }
        return best;
    }
}
