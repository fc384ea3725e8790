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
    private final Map<String, OnnxTensor> outputs;
    private final FloatBuffer output;

    public static void main(String[] arguments) {
        System.exit(ContenderLoop.serve(arguments,
                (workload, data, threads, options) -> new OnnxContender(workload, data, threads)));
    }

    private OnnxContender(String workload, Map<String, Tensor> data, int threads) throws OrtException {
        this.workload = workload;
        Tensor x = Objects.requireNonNull(data.get("x"));
        OnnxModel model = new OnnxModel(x.shape());
        int[] outputShape = switch (workload) {
            case "W8" -> {
                for (int i = 1; i <= 3; i++) {
                    model.linear("z" + i, Objects.requireNonNull(data.get("w" + i)),
                            Objects.requireNonNull(data.get("b" + i)));
                    model.node(i < 3 ? "Sigmoid" : "Softmax", "a" + i);
                }
                yield new int[]{x.dim(0), Objects.requireNonNull(data.get("b3")).size()};
            }
            case "W8b" -> {
                model.linear("z", Objects.requireNonNull(data.get("w")),
                        Objects.requireNonNull(data.get("b")))
                        .node("Sigmoid", "a");
                yield new int[]{x.dim(0), 1};
            }
            default -> throw new UnsupportedOperationException("predictions only");
        };
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        session = environment.createSession(model.toBytes(outputShape), options);
        FloatBuffer input = direct(x.size());
        input.put(x.toFloats()).rewind();
        output = direct(outputShape[0] * outputShape[1]);
        inputs = Map.of("x", OnnxTensor.createTensor(environment, input, longs(x.shape())));
        outputs = Map.of(session.getOutputNames().iterator().next(),
                OnnxTensor.createTensor(environment, output, longs(outputShape)));
    }

    @Override
    public void step() {
        try (OrtSession.Result result = session.run(inputs, outputs)) {
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

    private static FloatBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private static long[] longs(int[] shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }
}
