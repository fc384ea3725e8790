package dev.covector.compiler;

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
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
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

    private record Known(Key key, Program program) {}

    /** A program that is forgotten first if it was not asked for for longest. */
    private static final class Recent extends LinkedHashMap<Integer, SoftReference<Known>> {
        Recent() {
            super(PROGRAMS, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, SoftReference<Known>> eldest) {
            return size() > PROGRAMS;
        }
    }

    /** The class files of a function, by their content: names and bytes, and a checksum as hash code. */
    private record Content(List<Emitter.ClassFile> files, int checksum) {
        /** A checksum is quick even before HotSpot has compiled anything. */
        static Content of(List<Emitter.ClassFile> files) {
            CRC32C checksum = new CRC32C();
            files.forEach(file -> checksum.update(file.bytes()));
            return new Content(files, (int) checksum.getValue());
        }

        @Override
        public boolean equals(@Nullable Object object) {
            if (!(object instanceof Content other) || checksum != other.checksum
                    || files.size() != other.files.size()) {
                return false;
            }
            for (int i = 0; i < files.size(); i++) {
                Emitter.ClassFile mine = files.get(i);
                Emitter.ClassFile others = other.files.get(i);
                if (!mine.name().equals(others.name()) || !Arrays.equals(mine.bytes(), others.bytes())) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int hashCode() {
            return checksum;
        }
    }

    /** Code that goes with the last program that has it, and then its content here. */
    private static final class Shared extends WeakReference<FunctionCode> {
        final Content content;

        Shared(Content content, FunctionCode code, ReferenceQueue<FunctionCode> unused) {
            super(code, unused);
            this.content = content;
        }
    }

    /** By the keys' hash codes, so that keys, which have the graphs' data, are no more than softly reachable. */
    private final Map<Integer, SoftReference<Known>> programs = new Recent();
    private final Map<Content, Shared> codes = new HashMap<>();
    private final ReferenceQueue<FunctionCode> unused = new ReferenceQueue<>();
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();

    /** The program of a graph if an equal one was compiled before, which is counted. */
    @Nullable
    Program find(Key key, Graph graph) {
        Known entry = entry(key.hashCode());
        if (entry == null || !entry.key.equals(key)) {
            return null;
        }
        hits.incrementAndGet();
        return of(graph, entry.program);
    }

    private @Nullable Known entry(int hash) {
        synchronized (programs) {
            SoftReference<Known> reference = programs.get(hash);
            return reference == null ? null : reference.get();
        }
    }

    /** Remembers what a graph was compiled to, and counts that it was. */
    void add(Key key, Program program) {
        misses.incrementAndGet();
        synchronized (programs) {
            programs.put(key.hashCode(), new SoftReference<>(new Known(key, program)));
        }
    }

    /**
     * The same program with the graph's own name and lines. What failing checks say is found by letting the passes run
     * again: that is seldom asked for, and the passes need not trace each op to the user's.
     */
    private static Program of(Graph graph, Program known) {
        Checks checks = new Checks(graph);
        List<Program.Function> functions = new ArrayList<>();
        for (Program.Function function : known.functions()) {
            functions.add(of(function, functions.size(), checks));
        }
        return new Program(graph.name(), known.parameters(), functions,
                of(known.initial(), functions.size(), checks));
    }

    private static Program.Function of(Program.Function known, int number,
            Checks checks) {
        return known.checks().get().isEmpty() ? known : known.withChecks(() -> checks.of(number));
    }

    /** What failing checks of a graph's functions say, found when it is first asked for. */
    private static final class Checks {
        private final Graph graph;
        private @Nullable List<Compilation.Compiled> functions;

        Checks(Graph graph) {
            this.graph = graph;
        }

        synchronized List<String> of(int function) {
            if (functions == null) {
                functions = Compilation.of(graph).functions();
            }
            return functions.get(function).checks();
        }
    }

    /** The code of class files, loaded if it isn't yet. */
    FunctionCode code(List<Emitter.ClassFile> scalar, @Nullable List<Emitter.ClassFile> vector, int nests) {
        List<Emitter.ClassFile> files = new ArrayList<>(scalar);
        if (vector != null) {
            files.addAll(vector);
        }
        Content content = Content.of(files);
        FunctionCode known = known(content);
        if (known != null) {
            return known;
        }
        Loader loader = new Loader();
        Code scalarCode = loader.load(scalar);
        FunctionCode loaded =
                new FunctionCode(scalarCode, vector == null ? null : loader.load(vector), nests);
        synchronized (codes) {
            // Another thread may have been faster.
            FunctionCode first = known(content);
            if (first == null) {
                codes.put(content, new Shared(content, loaded, unused));
            }
            return first == null ? loaded : first;
        }
    }

    private @Nullable FunctionCode known(Content content) {
        synchronized (codes) {
            for (var gone = unused.poll(); gone != null; gone = unused.poll()) {
                codes.remove(((Shared) gone).content, gone);
            }
            Shared shared = codes.get(content);
            return shared == null ? null : shared.get();
        }
    }

    CacheStatistics statistics() {
        synchronized (programs) {
            programs.values().removeIf(reference -> reference.get() == null);
            return new CacheStatistics(hits.get(), misses.get(), programs.size());
        }
    }
}
