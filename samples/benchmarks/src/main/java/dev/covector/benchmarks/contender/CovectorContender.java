package dev.covector.benchmarks.contender;

import dev.covector.benchmarks.workload.Computation;
import dev.covector.benchmarks.workload.ContenderLoop;
import dev.covector.benchmarks.workload.Workload;
import dev.covector.benchmarks.workload.Workloads;
import dev.covector.compiler.Compiler;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Covector: a session of a {@link WorkloadGraph}, and a prepared call. */
public final class CovectorContender extends Computation {
    private static final long SEED = 42;

    private final Workload workload;
    private final Session session;
    private final PreparedCall call;
    private @Nullable Results results;

    CovectorContender(Workload workload, CompiledGraph graph, Map<String, Tensor> data,
            SessionOptions options) {
        super(workload.kind());
        this.workload = workload;
        this.session = graph.newSession(SEED, options);
        workload.weights().forEach(
                name -> session.parameters().set(name, Objects.requireNonNull(data.get(name), name)));
        this.call = session.prepare(WorkloadGraph.STEP);
        for (String input : graph.inputNames(WorkloadGraph.STEP)) {
            call.input(input, asInput(Objects.requireNonNull(data.get(input), input)));
        }
    }

    /** Labels are int32 here. */
    private static Tensor asInput(Tensor tensor) {
        if (tensor.dtype() != DType.INT64) {
            return tensor;
        }
        int[] labels = new int[tensor.size()];
        Arrays.setAll(labels, i -> (int) tensor.getLong(i));
        return Tensor.of(labels, tensor.shape());
    }

    /** Serves; the option is the flavour. */
    public static void main(String[] arguments) {
        System.exit(ContenderLoop.serve(arguments, (name, data, threads, options) -> {
            Workload workload = Workloads.named(name);
            Flavour flavour = Flavour.valueOf(options.getFirst().toUpperCase(Locale.ROOT));
            return new CovectorContender(workload, Compiler.compile(WorkloadGraph.of(workload, data)), data,
                    SessionOptions.defaults().workers(Workers.of(threads)).flavour(flavour));
        }));
    }

    @Override
    public void step() {
        Results last = call.run();
        // Always the same object, so that the collector's barrier for a stored reference, some nanoseconds, need not count.
        if (results != last) {
            results = last;
        }
    }

    @Override
    public Map<String, Tensor> results() {
        Results last = Objects.requireNonNull(results, "no step yet");
        Map<String, Tensor> copies = new LinkedHashMap<>();
        last.names().forEach(name -> copies.put(name, last.tensor(name).copy()));
        return copies;
    }

    @Override
    public Map<String, Tensor> weights() {
        Map<String, Tensor> weights = session.parameters().toMap();
        weights.keySet().retainAll(workload.weights());
        return weights;
    }
}
