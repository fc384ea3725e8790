package dev.covector.samples;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.covector.compiler.Compiler;
import dev.covector.data.ImageSet;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.DType;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.samples.attention.AttentionScores;
import dev.covector.samples.attention.KernelRegression;
import dev.covector.samples.basics.LinearRegression;
import dev.covector.samples.command.SampleCommands;
import dev.covector.samples.image.LeNet;
import dev.covector.samples.image.Mlp;
import dev.covector.samples.kotlin.AttentionScoresKt;
import dev.covector.samples.kotlin.KernelRegressionKt;
import dev.covector.samples.kotlin.LeNetKt;
import dev.covector.samples.kotlin.LinearRegressionKt;
import dev.covector.samples.kotlin.MlpKt;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written in Java and in Kotlin is the same graph, and computes the same bits. */
final class TwinsTest {
    /** Two graphs that should be one. */
    record Twins(String name, Graph java, Graph kotlin) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final int EXTENT = 6;
    private static final int STEPS = 5;

    @TempDir
    private Path directory = Path.of("");

    static Stream<Twins> twins() {
        return Stream.of(
                new Twins("linear regression from scratch", LinearRegression.fromScratch(0.03),
                        LinearRegressionKt.linearRegression(0.03)),
                new Twins("linear regression with layers", LinearRegression.withLayers(0.03),
                        LinearRegressionKt.linearRegressionWithLayers(0.03)),
                new Twins("mlp", Mlp.graph(784), MlpKt.mlp(784)),
                new Twins("lenet", new LeNet().graph(grey(), new PrintWriter(new StringWriter())),
                        LeNetKt.leNet(1)),
                new Twins("kernel regression", KernelRegression.graph(),
                        KernelRegressionKt.kernelRegression()),
                new Twins("attention scores", AttentionScores.graph(10, 2, 20),
                        AttentionScoresKt.attentionScores(10, 2, 20)));
    }

    private static ImageSet grey() {
        return new ImageSet(Tensor.zeros(DType.FLOAT32, 1, 28, 28, 1), Tensor.zeros(DType.INT32, 1));
    }

    @ParameterizedTest
    @MethodSource("twins")
    void theirTextsAreTheSame(Twins twins) {
        assertEquals(twins.java.name(), twins.kotlin.name());
        assertEquals(GraphText.canonical(twins.java), GraphText.canonical(twins.kotlin));
    }

    /** Each function some times, in turn, on the same data. */
    @ParameterizedTest
    @MethodSource("twins")
    void theirResultsAndParametersAreTheSameBits(Twins twins) {
        Session java = Compiler.compile(twins.java).newSession(7);
        Session kotlin = Compiler.compile(twins.kotlin).newSession(7);
        Map<String, Tensor> initial = java.parameters().toMap();
        SplittableRandom random = new SplittableRandom(7);
        boolean trains = false;
        for (int step = 0; step < STEPS; step++) {
            for (Graph.Function function : twins.java.functions()) {
                trains |= !function.updates().isEmpty();
                PreparedCall first = java.prepare(function.name());
                PreparedCall second = kotlin.prepare(function.name());
                for (Node input : function.inputs()) {
                    Tensor data = draw(input, random);
                    first.input(((Op.Input) input.op()).name(), data);
                    second.input(((Op.Input) input.op()).name(), data);
                }
                assertSameBits(function.name(), values(first.run()), values(second.run()));
            }
        }
        Map<String, Tensor> learnt = java.parameters().toMap();
        assertSameBits("parameters", learnt, kotlin.parameters().toMap());
        assertEquals(trains, learnt.keySet().stream().anyMatch(
                name -> !Arrays.equals(requireNonNull(learnt.get(name)).toDoubles(),
                        requireNonNull(initial.get(name)).toDoubles())),
                "whether it learns");
    }

    /** All that they print, but for speeds and the name of the picture; LeNet's in Java also shows its layers. */
    @ParameterizedTest
    @CsvSource({"linear-regression, --epochs 2", "mlp, --steps 20 --at-least 0.1",
        "lenet, --steps 2 --at-least 0.05", "kernel-regression, ''", "attention-scores, ''"})
    void theirProgramsPrintTheSame(String sample, String options) {
        String java = printed(sample, options);
        assertFalse(java.isEmpty());
        assertEquals(java, printed(sample + "-kotlin", options));
    }

    private String printed(String sample, String options) {
        List<String> arguments = new ArrayList<>(List.of(sample));
        Stream.of(options.split(" ")).filter(option -> !option.isEmpty()).forEach(arguments::add);
        if (!sample.startsWith("linear")) {
            arguments.addAll(List.of("--picture", directory.resolve("picture.png").toString()));
        }
        StringWriter out = new StringWriter();
        SampleCommands.commandLine(Main.samples()).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter())).execute(arguments.toArray(String[]::new));
        return out.toString().lines()
                .filter(line -> !line.matches("picture: .*|first step .*|\\w+ +\\[batch,.*|all +[0-9,]+"))
                .map(line -> line.replaceFirst("  [0-9,]+ images/s$", ""))
                .collect(Collectors.joining("\n"));
    }

    private static Tensor draw(Node input, SplittableRandom random) {
        int[] shape = input.type().shape().evaluate(dim -> EXTENT);
        int size = IntStream.of(shape).reduce(1, (a, b) -> a * b);
        return switch (input.type().dtype()) {
            case FLOAT32 -> {
                float[] values = new float[size];
                for (int i = 0; i < size; i++) {
                    values[i] = (float) random.nextDouble();
                }
                yield Tensor.of(values, shape);
            }
            case INT32 -> Tensor.of(random.ints(size, 0, 3).toArray(), shape);
            default -> throw new AssertionError("no data for " + input);
        };
    }

    private static Map<String, Tensor> values(Results results) {
        return results.names().stream().collect(Collectors.toMap(name -> name, results::tensor));
    }

    private static void assertSameBits(String what, Map<String, Tensor> java, Map<String, Tensor> kotlin) {
        assertEquals(java.keySet(), kotlin.keySet(), what);
        java.forEach((name, tensor) -> {
            Tensor other = requireNonNull(kotlin.get(name));
            assertEquals(tensor.describe(), other.describe(), what + ' ' + name);
            assertArrayEquals(tensor.toDoubles(), other.toDoubles(), what + ' ' + name);
        });
    }
}
