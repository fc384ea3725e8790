package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.emit.Emitter;
import dev.covector.compiler.reference.RandomGraphs;
import dev.covector.graph.Graph;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same graph gives the same class files in another JVM, whatever objects hash to there. */
final class DeterminismTest {
    private static final int GRAPHS = 25;

    /**
     * Identity hash codes decide the order of a hash map whose keys are compared by identity, as nodes and values are: here
     * all the same, and ascending, beside the random ones of this JVM. The order of {@code Set.of} and {@code Map.of} changes from JVM to
     * JVM anyway.
     */
    @ParameterizedTest
    @ValueSource(strings = {"-XX:hashCode=2", "-XX:hashCode=3"})
    void theSameGraphGivesTheSameBytesInAnotherJvm(String hashCodes) throws Exception {
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UnlockExperimentalVMOptions", hashCodes, "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), Digests.class.getName());
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> "exit status of " + command);
        assertEquals(String.join("\n", Digests.all()), output.strip());
    }

    /** The program of the other JVM. */
    static final class Digests {
        private Digests() {}

        public static void main(String[] arguments) throws IOException {
            System.out.write((String.join("\n", all()) + "\n").getBytes(StandardCharsets.UTF_8));
        }

        /** A line for each class. */
        static List<String> all() {
            List<String> lines = new ArrayList<>();
            add(lines, "mlp", Networks.mlp(784, 256, 10));
            for (long seed = 1; seed <= GRAPHS; seed++) {
                add(lines, "seed " + seed, RandomGraphs.make(seed));
            }
            return lines;
        }

        private static void add(List<String> lines, String of, Graph graph) {
            for (Compilation.Compiled function : Compilation.of(graph).functions()) {
                List<Emitter.ClassFile> files = new ArrayList<>(function.scalar());
                files.addAll(function.vector(128));
                files.addAll(function.vector(512));
                for (Emitter.ClassFile file : files) {
                    lines.add(of + " " + file.name() + " " + sha(file.bytes()));
                }
            }
        }

        private static String sha(byte[] bytes) {
            try {
                return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
