package dev.covector.runtime;

import dev.covector.runtime.kernel.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a compiled graph, and calls of its functions. For any number of threads: functions
 * without updates run side by side, one with updates runs alone, so that each call sees one version of all
 * parameters.
 *
 * <p>A session holds Java arrays and nothing else: there is nothing to close. Made by
 * {@link CompiledGraph#newSession}.
 */
public final class Session {
    private final CompiledGraph graph;
    private final long seed;
    private final SessionOptions options;
    private final List<Object> arrays = new ArrayList<>();
    private final Parameters parameters;
    private final ParameterLock lock = new ParameterLock();
    /** Calls with random numbers so far; number 0 drew the initial values. */
    private final AtomicInteger steps = new AtomicInteger();
    /** What measures all calls now, if anything does. */
    private volatile @Nullable Profile profiling;
    /** Of each function, what ordinary calls borrow. */
    private final Map<LinkedFunction, ArrayDeque<PreparedCall>> idle = new HashMap<>();

    Session(CompiledGraph graph, long seed, SessionOptions options) {
        this.graph = graph;
        this.seed = seed;
        this.options = options.flavour(options.flavour().onThisJvm());
        graph.require(this.options.flavour());
        for (Program.Parameter parameter : graph.program().parameters()) {
            arrays.add(Tensor.newArray(parameter.dtype(), Math.toIntExact(parameter.shape().size().value())));
        }
        if (graph.isWatched()) {
            lock.beAttended();
        }
        // Once is too seldom for vector code.
        Results initial = new PreparedCall(this, graph.initial(), Flavour.SCALAR).runInitial();
        for (int i = 0; i < arrays.size(); i++) {
            System.arraycopy(initial.array(i), 0, arrays.get(i), 0, initial.size(i));
        }
        parameters = new Parameters(graph.name(), graph.program().parameters(), arrays, lock);
    }

    /**
     * A call of a function.
     *
     * @throws CallException if there is no such function
     */
    public Call call(String function) {
        return new Call(this, graph.function(function));
    }

    /**
     * A function with memory of its own, for one thread that calls it many times. <strong>Its results are
     * views that the next run overwrites.</strong>
     *
     * @throws CallException if there is no such function
     */
    public PreparedCall prepare(String function) {
        return newPrepared(graph.function(function));
    }

    /**
     * Measures all calls of this session from now on, those of {@link #prepare prepared} ones too, until the profile is
     * closed.
     *
     * @throws IllegalStateException if this session is being profiled already, or if its graph was compiled for checked
     *     calls, whose kernels are not those that otherwise run
     */
    public Profile profile() {
        if (graph.isWatched()) {
            throw new IllegalStateException("graph \"" + graph.name() + "\" was compiled for checked calls, "
                    + "whose times say nothing about others; compile it without");
        }
        synchronized (idle) {
            if (profiling != null) {
                throw new IllegalStateException("a session of graph \"" + graph.name()
                        + "\" is being profiled already; close that profile first");
            }
            Profile profile = new Profile(this);
            profiling = profile;
            lock.beAttended();
            return profile;
        }
    }

    @Nullable
    Profile profiling() {
        return profiling;
    }

    /** Ends a profile, unless it has ended already. */
    void end(Profile profile) {
        synchronized (idle) {
            if (profiling == profile) {
                profiling = null;
                lock.beUnattended();
            }
        }
    }

    /** The values of the parameters. */
    public Parameters parameters() {
        return parameters;
    }

    long seed() {
        return seed;
    }

    SessionOptions options() {
        return options;
    }

    ParameterLock lock() {
        return lock;
    }

    Object array(int parameter) {
        return arrays.get(parameter);
    }

    int nextStep() {
        return steps.incrementAndGet();
    }

    PreparedCall borrow(LinkedFunction function) {
        synchronized (idle) {
            ArrayDeque<PreparedCall> calls = idle.get(function);
            if (calls != null && !calls.isEmpty()) {
                return calls.pop();
            }
        }
        return newPrepared(function);
    }

    private PreparedCall newPrepared(LinkedFunction function) {
        return new PreparedCall(this, function, options.flavour());
    }

    void giveBack(LinkedFunction function, PreparedCall call) {
        synchronized (idle) {
            idle.computeIfAbsent(function, key -> new ArrayDeque<>()).push(call);
        }
    }
}
