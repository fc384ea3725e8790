package dev.covector.benchmarks.peers;

import dev.covector.benchmarks.workload.Contender;
import dev.covector.benchmarks.workload.ContenderLoop;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;

/** TensorFlow for Java: a graph, with the gradients that its C library adds to it, in one session. */
public final class TensorFlowContender implements Contender {
    private static final Set<String> SMALL = Set.of("W1", "W2", "W3", "W4", "W8", "W8b", "W10");

    private final String workload;
    private final TensorFlowModel model;
    private final Session session;
    /** Made once: it keeps what is fed and fetched. */
    private final Session.Runner step;
    private @Nullable Result last;

    public static void main(String[] arguments) {
        System.exit(ContenderLoop.serve(arguments,
                (workload, data, threads, options) -> new TensorFlowContender(workload, data, threads)));
    }

    private TensorFlowContender(String workload, Map<String, Tensor> data, int threads) {
        this.workload = workload;
        Graph graph = new Graph();
        model = TensorFlowModel.of(workload, Ops.create(graph), data);
        // With several threads, what there is to do in parallel is inside of operations. With -1 for those between operations,
        // or the default executor, a session of one thread would still keep 1.5 cores busy.
        ConfigProto.Builder config = ConfigProto.newBuilder().setIntraOpParallelismThreads(threads)
                .setInterOpParallelismThreads(threads == 1 ? 1 : -1).setUsePerSessionThreads(true);
        if (threads == 1 || SMALL.contains(workload)) {
            // Half the time where a step is mostly the work of starting operations; slower for large arrays on several threads.
            config.setExperimental(ConfigProto.Experimental.newBuilder()
                    .setExecutorType("SINGLE_THREADED_EXECUTOR"));
        }
        session = new Session(graph, config.build());
        model.initialisers().forEach(session::run);
        step = session.runner();
        model.inputs().forEach(step::feed);
        model.fetched().forEach(step::fetch);
        model.targets().forEach(step::addTarget);
    }

    @Override
    public void step() {
        if (last != null) {
            last.close();
        }
        last = step.run();
    }

    @Override
    public double checksum() {
        List<double[]> values = new ArrayList<>(values(Objects.requireNonNull(last)));
        if (!model.parameters().isEmpty()) {
            Session.Runner reader = session.runner();
            model.parameters().forEach(reader::fetch);
            try (Result parameters = reader.run()) {
                values.addAll(values(parameters));
            }
        }
        return Checksums.of(workload, values);
    }

    private static List<double[]> values(Result result) {
        List<double[]> values = new ArrayList<>();
        for (int i = 0; i < result.size(); i++) {
            values.add(StreamSupport.stream(((NdArray<?>) result.get(i)).scalars().spliterator(), false)
                    .mapToDouble(element -> ((Number) element.getObject()).doubleValue()).toArray());
        }
        return values;
    }
}
