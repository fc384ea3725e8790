package dev.covector.runtime;

import dev.covector.runtime.kernel.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

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
    private final Map<String, Integer> parameters = new HashMap<>();
    private final ParameterLock lock = new ParameterLock();
    /** Calls with random numbers so far; number 0 drew the initial values. */
    private final AtomicInteger steps = new AtomicInteger();
    /** Of each function, what ordinary calls borrow. */
    private final Map<LinkedFunction, ArrayDeque<PreparedCall>> idle = new HashMap<>();

    Session(CompiledGraph graph, long seed, SessionOptions options) {
        this.graph = graph;
        this.seed = seed;
        this.options = options.flavour(options.flavour().onThisJvm());
        graph.require(this.options.flavour());
        for (Program.Parameter parameter : graph.program().parameters()) {
            parameters.put(parameter.name(), arrays.size());
            arrays.add(Tensor.newArray(parameter.dtype(), Math.toIntExact(parameter.shape().size().value())));
        }
        // Once is too seldom for vector code.
        Results initial = new PreparedCall(this, graph.initial(), Flavour.SCALAR).runInitial();
        for (int i = 0; i < arrays.size(); i++) {
            System.arraycopy(initial.array(i), 0, arrays.get(i), 0, initial.size(i));
        }
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

    /** The names of the parameters, in the order of the graph. */
    public List<String> parameterNames() {
        return graph.program().parameters().stream().map(Program.Parameter::name).toList();
    }

    /**
     * A copy of a parameter's value.
     *
     * @throws CallException if there is no such parameter
     */
    public Tensor parameter(String name) {
        int index = index(name);
        Tensor held = Tensor.view(arrays.get(index), 0, shape(index));
        lock.acquire(false);
        try {
            return held.copy();
        } finally {
            lock.release(false);
        }
    }

    /**
     * Sets a parameter to a copy of {@code value}.
     *
     * @throws CallException if there is no such parameter, or the value is of another type or shape
     */
    public void setParameter(String name, Tensor value) {
        int index = index(name);
        Program.Parameter parameter = graph.program().parameters().get(index);
        Tensor held = Tensor.view(arrays.get(index), 0, shape(index));
        if (!held.describe().equals(value.describe())) {
            throw new CallException("parameter \"" + name + "\" is " + parameter.dtype() + parameter.shape()
                    + ", but was given " + value.describe());
        }
        lock.acquire(true);
        try {
            System.arraycopy(value.array(), value.offset(), held.array(), 0, value.size());
        } finally {
            lock.release(true);
        }
    }

    private int index(String name) {
        Integer index = parameters.get(name);
        if (index == null) {
            throw new CallException("graph \"" + graph.name() + "\" has no parameter \"" + name + "\"; "
                    + (parameters.isEmpty() ? "it has none"
                            : "it has " + String.join(", ", parameterNames())));
        }
        return index;
    }

    private int[] shape(int parameter) {
        return graph.program().parameters().get(parameter).shape().evaluate(name -> 0);
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
