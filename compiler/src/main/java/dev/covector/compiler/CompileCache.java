package dev.covector.compiler;

import com.google.common.base.Suppliers;
import dev.covector.compiler.emit.Emitter;
import dev.covector.compiler.emit.Loader;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.kernel.FunctionCode;
import dev.covector.runtime.kernel.Program;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.WeakHashMap;
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

    /**
     * Those last asked for, the last of all at the end, by the keys' hash codes, so that keys, which have the graphs' data,
     * are no more than softly reachable. The JDK's map and not a library's cache: the first use of that takes a cold JVM as
     * long as simplifying a graph.
     */
    private final SequencedMap<Integer, SoftReference<Entry>> programs =
            new LinkedHashMap<>(16, 0.75f, true);
    /** By the scalar class files, which their loader keeps: so that an entry goes with its classes. */
    private final Map<List<Emitter.ClassFile>, WeakReference<FunctionCode>> codes = new WeakHashMap<>();
    private long hits;
    private long misses;

    /** The program of a graph if an equal one was compiled before, which is counted. */
    @Nullable
    Program find(Key key, Graph graph) {
        Program known = known(key);
        return known == null ? null : of(graph, known);
    }

    private synchronized @Nullable Program known(Key key) {
        SoftReference<Entry> reference = programs.get(key.hashCode());
        Entry entry = reference == null ? null : reference.get();
        if (entry == null || !entry.key.equals(key)) {
            return null;
        }
        hits++;
        return entry.program;
    }

    /** Remembers what a graph was compiled to, and counts that it was. */
    synchronized void add(Key key, Program program) {
        misses++;
        programs.put(key.hashCode(), new SoftReference<>(new Entry(key, program)));
        if (programs.size() > PROGRAMS) {
            programs.pollFirstEntry();
        }
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

    /**
     * The code of class files, loaded if it isn't yet. Vector code is emitted when it is first wanted; of functions whose
     * scalar classes are the same, it may be either's: it gives the bits that these give.
     */
    FunctionCode code(List<Emitter.ClassFile> scalar, Emitter.@Nullable Request vector, int nests) {
        synchronized (codes) {
            WeakReference<FunctionCode> reference = codes.get(scalar);
            FunctionCode known = reference == null ? null : reference.get();
            if (known != null) {
                return known;
            }
            Loader loader = new Loader();
            loader.keep(scalar);
            FunctionCode loaded = new FunctionCode(nests, loader.load(scalar),
                    vector == null ? null : () -> loader.load(Emitter.emit(vector)));
            codes.remove(scalar); // or the key would stay that of a loader that may go
            codes.put(scalar, new WeakReference<>(loaded));
            return loaded;
        }
    }

    synchronized CacheStatistics statistics() {
        programs.values().removeIf(reference -> reference.get() == null);
        return new CacheStatistics(hits, misses, programs.size());
    }
}
