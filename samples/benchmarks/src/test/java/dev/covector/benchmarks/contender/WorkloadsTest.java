package dev.covector.benchmarks.contender;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.covector.benchmarks.contender.loops.LoopContender;
import dev.covector.benchmarks.workload.Computation;
import dev.covector.benchmarks.workload.Workload;
import dev.covector.benchmarks.workload.Workloads;
import dev.covector.compiler.Compiler;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Four steps of each kind of workload: the same bits by all means, and what the loops by hand compute. The bits are also
 * those of a file, {@code bits.txt}, which JVMs with other vectors and other machines compare with theirs; {@code
 * -Dcovector.golden.record=true} writes it anew, where the order of a sum was meant to change.
 */
final class WorkloadsTest {
    private static final int STEPS = 4;
    /** As a part of the greatest: orders of summing differ, and so do the functions of {@link Math}. */
    private static final double TOLERANCE_OF_RESULT = 2e-4;
    /** As a part of the greatest change: a small one has lost digits where it was added to the weight. */
    private static final double TOLERANCE_OF_CHANGE = 5e-3;
    private static final Path BITS = Path.of("src/test/resources/dev/covector/benchmarks/contender/bits.txt");
    /** By workload and tensor. */
    private static final Map<String, String> BITS_FOUND = new TreeMap<>();
    private static final List<Workers> WORKERS = List.of(Workers.of(1), Workers.of(2), Workers.of(7));

    @AfterAll
    static void close() throws IOException {
        WORKERS.forEach(Workers::close);
        if (Boolean.getBoolean("covector.golden.record")) {
            Files.createDirectories(BITS.getParent());
            Files.write(BITS,
                    BITS_FOUND.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
        }
    }

    /** The checksums of the results' bits that other JVMs have found. */
    private static Map<String, String> recorded(String workload) throws IOException {
        Map<String, String> recorded = new TreeMap<>();
        for (String line : Files.readAllLines(BITS)) {
            String[] words = line.split(" ", -1);
            if (words[0].equals(workload)) {
                recorded.put(words[1], words[2]);
            }
        }
        return recorded;
    }

    private static Map<String, String> bits(Map<String, Tensor> tensors) {
        Map<String, String> bits = new TreeMap<>();
        tensors.forEach((name, tensor) -> {
            CRC32C sum = new CRC32C();
            ByteBuffer eight = ByteBuffer.allocate(Long.BYTES);
            for (double value : tensor.toDoubles()) {
                sum.update(eight.clear().putLong(Double.doubleToLongBits(value)).flip());
            }
            bits.put(name, HexFormat.of().toHexDigits((int) sum.getValue()));
        });
        return bits;
    }

    static List<Workload> workloads() {
        return Workloads.small();
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void flavoursAndThreadsGiveTheBitsOfEachOtherAndTheNumbersOfTheLoop(Workload workload)
            throws IOException {
        CompiledGraph graph = Compiler.compile(WorkloadGraph.of(workload, workload.data().get()));
        Map<String, Tensor> expected = run(covector(workload, graph, Flavour.SCALAR, WORKERS.getFirst()));
        for (Flavour flavour : List.of(Flavour.SCALAR, Flavour.VECTOR)) {
            for (Workers workers : WORKERS) {
                assertSameBits(expected, run(covector(workload, graph, flavour, workers)),
                        flavour + ", " + workers.threads() + " threads: ");
            }
        }
        Map<String, String> bits = bits(expected);
        bits.forEach((name, sum) -> BITS_FOUND.put(workload.name() + " " + name, sum));
        if (!Boolean.getBoolean("covector.golden.record")) {
            assertEquals(recorded(workload.name()), bits,
                    "other bits than elsewhere, or than before; if they were to change, record them");
        }
        Computation loop = LoopContender.of(workload, workload.data().get());
        run(loop);
        loop.results().forEach((name, tensor) -> assertClose(name, tensor.toDoubles(),
                get(expected, name).toDoubles(), TOLERANCE_OF_RESULT));
        loop.weights().forEach((name, tensor) -> assertClose(name, change(name, tensor, workload),
                change(name, get(expected, name), workload), TOLERANCE_OF_CHANGE));
        assertEquals(loop.checksum(), get(expected, "checksum").item(), 1e-4 * Math.abs(loop.checksum()));
    }

    private static Tensor get(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    private static double[] change(String name, Tensor weight, Workload workload) {
        double[] values = weight.toDoubles();
        double[] before = get(workload.data().get(), name).toDoubles();
        Arrays.setAll(values, i -> values[i] - before[i]);
        return values;
    }

    private static CovectorContender covector(Workload workload, CompiledGraph graph, Flavour flavour,
            Workers workers) {
        return new CovectorContender(workload, graph, workload.data().get(),
                SessionOptions.defaults().workers(workers).flavour(flavour));
    }

    /** All that there is after the steps, by name. */
    private static Map<String, Tensor> run(Computation computation) {
        for (int i = 0; i < STEPS; i++) {
            computation.step();
        }
        Map<String, Tensor> all = new LinkedHashMap<>(computation.results());
        all.putAll(computation.weights());
        all.put("checksum", Tensor.of(new double[]{computation.checksum()}));
        return all;
    }

    private static void assertSameBits(Map<String, Tensor> expected, Map<String, Tensor> actual,
            String where) {
        assertEquals(expected.keySet(), actual.keySet(), where);
        expected.forEach(
                (name, tensor) -> assertArrayEquals(tensor.toDoubles(), get(actual, name).toDoubles(),
                        where + name));
    }

    private static void assertClose(String name, double[] expected, double[] actual, double tolerance) {
        double greatest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < expected.length; i++) {
            // Not "if greater", which NaN would pass.
            if (!(Math.abs(actual[i] - expected[i]) <= tolerance * greatest)) {
                fail(name + " at " + i + ": " + actual[i] + ", that of the loop " + expected[i]
                        + ", the greatest " + greatest);
            }
        }
        assertEquals(expected.length, actual.length, name);
    }
}
