package dev.covector.benchmarks.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.covector.benchmarks.workload.Contender;
import dev.covector.benchmarks.workload.ContenderLoop;
import dev.covector.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** ONNX Runtime, for predictions: into an output that is allocated once, from an input that is too. */
public final class OnnxContender implements Contender {
    private final String workload;
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> results;
    private final FloatBuffer output;

    public static void main(String[] arguments) {
        System.exit(ContenderLoop.serve(arguments,
                (workload, data, threads, options) -> new OnnxContender(workload, data, threads)));
    }

    private OnnxContender(String workload, Map<String, Tensor> data, int threads) throws OrtException {
        this.workload = workload;
        int layers = switch (workload) {
            case "W8" -> 3;
            case "W8b" -> 1;
            default -> throw new UnsupportedOperationException("predictions only");
        };
        Tensor x = tensor(data, "x");
        OnnxModel model = new OnnxModel(x.shape());
        int outputs = 0;
        for (int i = 1; i <= layers; i++) {
            String index = layers == 1 ? "" : Integer.toString(i);
            Tensor bias = tensor(data, "b" + index);
            model.linear("z" + i, tensor(data, "w" + index), bias);
            model.node(i < 3 ? "Sigmoid" : "Softmax", "a" + i);
            outputs = bias.size();
        }
        int[] outputShape = {x.dim(0), outputs};
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        session = environment.createSession(model.toBytes(outputShape), options);
        FloatBuffer input = direct(x.size());
        input.put(x.toFloats()).rewind();
        output = direct(x.dim(0) * outputs);
        inputs = Map.of("x", OnnxTensor.createTensor(environment, input, longs(x.shape())));
        results = Map.of(session.getOutputNames().iterator().next(),
                OnnxTensor.createTensor(environment, output, longs(outputShape)));
    }

    @Override
    public void step() {
        try (OrtSession.Result result = session.run(inputs, results)) {
            Objects.requireNonNull(result);
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public double checksum() {
        double[] values = new double[output.capacity()];
        Arrays.setAll(values, output::get);
        return Checksums.of(workload, List.of(values));
    }

    private static Tensor tensor(Map<String, Tensor> data, String name) {
        return Objects.requireNonNull(data.get(name), name);
    }

    private static FloatBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private static long[] longs(int[] shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }
}
