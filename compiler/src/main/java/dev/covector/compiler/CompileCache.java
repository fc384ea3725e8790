package dev.covector.compiler;

import com.google.common.base.Suppliers;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.covector.compiler.emit.Emitter;
import dev.covector.compiler.emit.Loader;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.kernel.Code;
import dev.covector.runtime.kernel.FunctionCode;
import dev.covector.runtime.kernel.Program;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was compiled before, at two levels. Graphs that are equal but for the user's names and lines share everything
 * ({@link #find}). Other graphs go through the passes; functions for which the same class files come out share the
 * classes, and with them what HotSpot has compiled ({@link #code}): so do graphs that differ in scalars only.
 *
 * <p>Nothing here keeps a graph alive for long: of the programs, the last few are softly reachable; classes live as
 * long as a program has them. For any number of threads; two that compile one graph at once both do the work, and
 * share its classes.
 */
final class CompileCache {
    private static final int PROGRAMS = 64;

    /**
     * All that passes look at: the canonical text but for the values of its slots, which may be large. They count,
     * since constants are folded.
     */
    record Key(String structure, List<Literal> literals) {
        static Key of(Graph graph) {
            List<Literal> literals = new ArrayList<>();
            for (Node node : graph.nodes()) {
                if (node.op() instanceof Op.Constant(Literal value)) {
                    literals.add(value);
                }
            }
            return new Key(GraphText.structure(graph), List.copyOf(literals));
        }
    }

    private record Entry(Key key, Program program) {}

    /** By the keys' hash codes, so that keys, which have the graphs' data, are no more than softly reachable. */
    private final Cache<Integer, Entry> programs =
            CacheBuilder.newBuilder().concurrencyLevel(1).maximumSize(PROGRAMS).softValues().build();
    /** By what the class files hash to. */
    private final Cache<HashCode, FunctionCode> codes = CacheBuilder.newBuilder().weakValues().build();
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();

    /** The program of a graph if an equal one was compiled before, which is counted. */
    @Nullable
    Program find(Key key, Graph graph) {
        Entry entry = programs.getIfPresent(key.hashCode());
        if (entry == null || !entry.key.equals(key)) {
            return null;
        }
        hits.incrementAndGet();
        return of(graph, entry.program);
    }

    /** Remembers what a graph was compiled to, and counts that it was. */
    void add(Key key, Program program) {
        misses.incrementAndGet();
        programs.put(key.hashCode(), new Entry(key, program));
    }

    /**
     * The same program with the graph's own name and lines. What failing checks and profiles say is found by letting the
     * passes run again: that is seldom asked for, and the passes need not trace each op to the user's.
     */
    private static Program of(Graph graph, Program known) {
        Supplier<List<Program.Notes>> notes =
                Suppliers.memoize(() -> Compilation.of(graph).functions().stream()
                        .map(Compilation.Compiled::notes).toList());
        List<Program.Function> functions = new ArrayList<>();
        for (Program.Function function : known.functions()) {
            functions.add(of(function, functions.size(), notes));
        }
        return new Program(graph.name(), known.parameters(), functions,
                of(known.initial(), functions.size(), notes));
    }

    private static Program.Function of(Program.Function known, int number,
            Supplier<List<Program.Notes>> notes) {
        return known.withNotes(() -> notes.get().get(number));
    }

    /** The code of class files, loaded if it isn't yet. */
    FunctionCode code(List<Emitter.ClassFile> scalar, @Nullable List<Emitter.ClassFile> vector, int nests) {
        Hasher hasher = Hashing.sha256().newHasher();
        hash(hasher, scalar);
        if (vector != null) {
            hash(hasher, vector);
        }
        HashCode key = hasher.hash();
        FunctionCode known = codes.getIfPresent(key);
        if (known != null) {
            return known;
        }
        Loader loader = new Loader();
        Code scalarCode = loader.load(scalar);
        FunctionCode loaded =
                new FunctionCode(nests, scalarCode, vector == null ? null : loader.load(vector));
        FunctionCode first = codes.asMap().putIfAbsent(key, loaded);
        return first != null ? first : loaded;
    }

    private static void hash(Hasher hasher, List<Emitter.ClassFile> files) {
        hasher.putInt(files.size());
        for (Emitter.ClassFile file : files) {
            hasher.putInt(file.name().length()).putString(file.name(), StandardCharsets.UTF_8)
                    .putInt(file.bytes().length).putBytes(file.bytes());
        }
    }

    CacheStatistics statistics() {
        programs.cleanUp();
        return new CacheStatistics(hits.get(), misses.get(), Math.toIntExact(programs.size()));
    }
}
