package dev.covector.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same bits in JVMs with vectors of other widths, and in one without vectors. */
final class GemmWidthsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "scalar, -Dno.flag=true",
        "vectors, --add-modules=jdk.incubator.vector",
        "vectors of 256 bits or less, --add-modules=jdk.incubator.vector -XX:UseAVX=2",
        "vectors of 128 bits, --add-modules=jdk.incubator.vector -XX:MaxVectorSize=16",
    })
    void sameDigest(String tile, String flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+IgnoreUnrecognizedVMOptions"); // UseAVX, on other processors
        command.addAll(List.of(flags.split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), GemmDigest.class.getName()));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
        assertEquals(0, process.waitFor(), () -> "exit status of " + command);
        List<String> lines = output.lines().toList();
        assertEquals(GemmDigest.digest(), lines.get(1), output);
        assertEquals(lines.get(1), lines.get(2), "when all tiles are hot");
        assertTrue(lines.get(0).startsWith(tile.split(" ")[0]), output);
        if (tile.endsWith("128 bits")) {
            assertEquals(tile, lines.get(0), "the width that was asked for");
        }
    }
}
