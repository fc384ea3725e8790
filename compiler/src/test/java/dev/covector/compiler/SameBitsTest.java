package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.compiler.reference.RandomGraphs;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.CallException;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Results are the same to the bit for any number of threads and in any flavour. Within this JVM they are compared
 * directly; across the JVMs that the build starts (512 bits, 256 bits, no Vector API), each compares its digests with
 * the same golden file.
 */
final class SameBitsTest {
    private static final int GRAPHS = 60;

    @Test
    void ofATrainingStep() throws IOException {
        CompiledGraph mlp = Compiler.compile(Networks.mlp(50, 70, 10));
        String expected = null;
        for (Flavour flavour : flavours()) {
            for (int threads : new int[]{1, 2, 7}) {
                try (Workers workers = Workers.of(threads)) {
                    String digest = train(
                            mlp.newSession(7, SessionOptions.defaults().flavour(flavour).workers(workers)));
                    expected = expected == null ? digest : expected;
                    assertEquals(expected, digest, () -> flavour + " with " + threads + " threads");
                }
            }
        }
        Golden.check("bits-of-a-training-step.txt", expected + "\n");
    }

    /** Numbers of both widths, in loops of rows and of columns, and through a contraction. */
    @Test
    void ofDropouts() throws IOException {
        GraphBuilder g = Graph.builder("dropouts");
        Dim n = Dim.of("n");
        Expr x = g.input("x", FLOAT32, Shape.of(n, 50));
        Expr w = g.parameter("w", FLOAT32, Shape.of(50, 37), Initializers.uniform(-1, 1));
        Expr kept = g.randomBernoulli(0.8, x.shape());
        Expr dropped = kept.where(x.div(0.8), g.constant(FLOAT32, 0));
        Expr product = dropped.matmul(w);
        Expr again = g.randomBernoulli(0.5, product.shape()).where(product, g.constant(FLOAT32, 0));
        g.function("f").returns("dropped", dropped).returns("again", again).returns("sum", again.sum(0))
                .returns("wide", g.randomBits(INT64, Shape.of(n, 3)))
                .returns("gradient", again.sum().gradient(w))
                .returns("share", kept.cast(FLOAT32).mean());
        CompiledGraph compiled = Compiler.compile(g.build());
        String expected = null;
        for (Flavour flavour : flavours()) {
            for (int threads : new int[]{1, 7}) {
                try (Workers workers = Workers.of(threads)) {
                    Session session = compiled.newSession(7,
                            SessionOptions.defaults().flavour(flavour).workers(workers));
                    MessageDigest digest = sha();
                    for (int rows : new int[]{1, 300, 300}) {
                        Results results = session.call("f").input("x", Networks.images(rows, 50, 1)).run();
                        for (String name : List.of("dropped", "again", "sum", "wide", "gradient", "share")) {
                            add(digest, results.tensor(name));
                        }
                        if (rows == 300) {
                            assertEquals(0.8, results.scalar("share"), 0.01);
                        }
                    }
                    String bits = HexFormat.of().formatHex(digest.digest());
                    expected = expected == null ? bits : expected;
                    assertEquals(expected, bits, () -> flavour + " with " + threads + " threads");
                }
            }
        }
        Golden.check("bits-of-dropouts.txt", expected + "\n");
    }

    private static String train(Session session) {
        PreparedCall step = session.prepare("train");
        MessageDigest digest = sha();
        for (int i = 0; i < 12; i++) {
            int batch = i % 4 == 3 ? 37 : 300;
            step.input("x", Networks.images(batch, 50, i)).input("label", Networks.labels(batch, 10, i));
            add(digest, step.run().tensor("loss"));
        }
        session.parameters().names().forEach(name -> add(digest, session.parameters().get(name)));
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void ofRandomGraphs() throws IOException {
        List<String> digests = new ArrayList<>();
        try (Workers one = Workers.of(1); Workers seven = Workers.of(7)) {
            for (long seed = 1; seed <= GRAPHS; seed++) {
                Graph graph = RandomGraphs.make(seed);
                CompiledGraph compiled = Compiler.compile(graph);
                for (Graph.Function function : graph.functions()) {
                    String expected = null;
                    for (Flavour flavour : flavours()) {
                        for (Workers workers : List.of(one, seven)) {
                            String digest = digest(compiled, graph, function.name(), seed,
                                    new CompiledExecution(flavour, workers));
                            expected = expected == null ? digest : expected;
                            long of = seed;
                            assertEquals(expected, digest,
                                    () -> "seed " + of + ", " + function.name() + ", " + flavour
                                            + " with " + workers.threads() + " threads");
                        }
                    }
                    digests.add(seed + " " + function.name() + " " + expected);
                }
            }
        }
        Golden.check("bits-of-random-graphs.txt", String.join("\n", digests) + "\n");
    }

    /** Of both distributions and both types; a training step with dropout, so that its mask is used twice; three calls. */
    @Test
    void ofRandomNumbers() throws IOException {
        GraphBuilder g = Graph.builder("random");
        Dim batch = Dim.of("batch");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(batch, 70));
        Expr w = g.parameter("w", DType.FLOAT32, Shape.of(70, 40), (b, t, s) -> b.randomNormal(t, s));
        Expr keep = g.randomUniform(DType.FLOAT32, Shape.of(batch, 40)).lt(0.75);
        Expr hidden = x.matmul(w).relu();
        Expr dropped = keep.where(hidden.div(0.75), hidden.times(0));
        Expr loss = dropped.times(dropped).mean();
        g.function("train").returns("loss", loss)
                .returns("normal", g.randomNormal(DType.FLOAT32, Shape.of(batch, 1_001)))
                .returns("uniform64", g.randomUniform(DType.FLOAT64, Shape.of(batch, 77)))
                .returns("normal64", g.randomNormal(DType.FLOAT64, Shape.of(3, 5)))
                .updates(w, w.minus(loss.gradient(w).times(0.1)));
        CompiledGraph compiled = Compiler.compile(g.build());
        Set<String> digests = new TreeSet<>();
        for (Flavour flavour : flavours()) {
            for (int threads : new int[]{1, 2, 7}) {
                try (Workers workers = Workers.of(threads)) {
                    digests.add(drawn(compiled, 7, flavour, workers));
                    assertEquals(1, digests.size(), () -> flavour + " with " + threads + " threads");
                }
            }
        }
        assertFalse(digests.contains(drawn(compiled, 8, Flavour.SCALAR, Workers.shared())), "another seed");
        Golden.check("bits-of-random-numbers.txt", String.join("", digests) + "\n");
    }

    private static String drawn(CompiledGraph compiled, long seed, Flavour flavour, Workers workers) {
        Session session =
                compiled.newSession(seed, SessionOptions.defaults().flavour(flavour).workers(workers));
        MessageDigest digest = sha();
        Set<Float> losses = new TreeSet<>();
        for (int batch : new int[]{150, 150, 33}) {
            Results results = session.call("train").input("x", Networks.images(batch, 70, 1)).run();
            results.names().forEach(name -> add(digest, results.tensor(name)));
            losses.add(results.scalar("loss"));
        }
        assertEquals(3, losses.size(), "each call draws numbers of its own");
        add(digest, session.parameters().get("w"));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String digest(CompiledGraph compiled, Graph graph, String function, long seed,
            CompiledExecution execution) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        Interpreter.initialValues(graph, seed)
                .forEach((path, value) -> parameters.put(path, value.toTensor()));
        Map<String, Tensor> inputs =
                RandomGraphs.inputs(graph, function, seed, RandomGraphs.binding(graph, seed));
        MessageDigest digest = sha();
        try {
            execution.run(compiled, graph, function, inputs, parameters, seed, 2)
                    .forEach((name, tensor) -> add(digest, tensor));
        } catch (CallException e) {
            return "refused";
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static List<Flavour> flavours() {
        return CompiledExecution.flavourOfTheBuild() == Flavour.SCALAR ? List.of(Flavour.SCALAR)
                : List.of(Flavour.SCALAR, Flavour.VECTOR, Flavour.AUTO);
    }

    private static MessageDigest sha() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** NaNs count as one: which of several an operation passes on is the processor's choice. */
    private static void add(MessageDigest digest, Tensor tensor) {
        Tensor copy = tensor.copy();
        ByteBuffer bytes = ByteBuffer.allocate(tensor.size() * 8);
        for (int i = 0; i < copy.size(); i++) {
            switch (copy.array()) {
                case float[] a -> bytes.putInt(Float.floatToIntBits(a[i]));
                case double[] a -> bytes.putLong(Double.doubleToLongBits(a[i]));
                case int[] a -> bytes.putInt(a[i]);
                case long[] a -> bytes.putLong(a[i]);
                case boolean[] a -> bytes.put((byte) (a[i] ? 1 : 0));
                default -> throw new AssertionError(tensor.describe());
            }
        }
        digest.update(bytes.flip());
    }
}
