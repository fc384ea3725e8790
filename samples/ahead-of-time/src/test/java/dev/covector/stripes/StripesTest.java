package dev.covector.stripes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains and predicts with two jars on the class path, without and with the Vector API. */
final class StripesTest {
    private static final List<String> TRAINED = List.of("epoch 1: loss 1.1267", "epoch 2: loss 0.8567",
            "epoch 3: loss 0.4335", "epoch 4: loss 0.1346", "accuracy on new images: 1.000");

    @TempDir
    Path folder;

    @Test
    void trainsAndPredicts() throws Exception {
        List<String> none = List.of();
        List<String> vectors = List.of("--add-modules", "jdk.incubator.vector");
        assertEquals(TRAINED, start(none, "Train"));
        List<String> predicted = start(vectors, "Predict");
        assertEquals(TRAINED, start(vectors, "Train"));
        assertEquals(predicted, start(none, "Predict"));
        assertTrue(predicted.get(0).matches("\\[0\\.9\\d+, 0\\.0\\d+, 0\\.0\\d+]"), predicted.toString());
    }

    /** What a main class of the application prints. */
    private List<String> start(List<String> options, String main) throws IOException, InterruptedException {
        Path target = Path.of(System.getProperty("stripes.target"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp",
                target.resolve("lib/covector-runtime.jar") + File.pathSeparator
                        + target.resolve("stripes.jar"),
                "dev.covector.stripes." + main, folder.resolve("stripes.safetensors").toString()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> command + " printed\n" + output);
        return output.lines().filter(line -> !line.startsWith("WARNING: Using incubator")).toList();
    }
}
