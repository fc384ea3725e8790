package dev.covector.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.samples.command.SampleCommands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What samples come to on the data of a course, which the repository doesn't have. */
@EnabledIfEnvironmentVariable(named = "COVECTOR_DATA", matches = ".+",
        disabledReason = "COVECTOR_DATA names no directory with fashion-mnist, mnist, house and dlfs")
final class RealDataTest {
    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            softmax-regression | fashion-mnist | --epochs 5 --at-least 0.8
            dropout            | fashion-mnist | --epochs 3 --at-least 0.75
            lenet              | fashion-mnist | --epochs 1 --steps 600 --at-least 0.65
            house-prices       | house         | --at-most 0.15
            mnist-inference    | .             | --threads 2
            """)
    void succeedsOnRealData(String sample, String data, String options) {
        Path folder = Path.of(System.getenv("COVECTOR_DATA")).resolve(data);
        List<String> arguments = new ArrayList<>(List.of(sample, "--data", folder.toString(), "--picture",
                directory.resolve("picture.png").toString()));
        arguments.addAll(List.of(options.split(" ")));
        StringWriter out = new StringWriter();
        int status = SampleCommands.commandLine(Main.samples()).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out)).execute(arguments.toArray(String[]::new));
        assertEquals(0, status, out.toString());
    }
}
