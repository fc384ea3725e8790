package dev.covector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.runtime.Safetensors;
import dev.covector.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md shows is what happens; {@code -Dcovector.golden.record=true} writes what happens into it. */
final class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Pattern FILE =
            Pattern.compile("<!-- file (\\S+) -->\n```\\w+\n(.*?)```", Pattern.DOTALL);
    /** Commands that write files, or much. */
    private static final Pattern SHELL = Pattern.compile("(?<=```sh\n).*?(?=```)", Pattern.DOTALL);
    private static final Pattern CONSOLE = Pattern.compile("(?<=```console\n).*?(?=```)", Pattern.DOTALL);

    @Test
    void itsCommandsPrintWhatItShows(@TempDir Path folder) throws IOException {
        String readme = Files.readString(README);
        Matcher file = FILE.matcher(readme);
        while (file.find()) {
            Files.writeString(folder.resolve(file.group(1)), file.group(2));
        }
        Tensor x = Tensor.of(new float[]{1, 2, 3, 4}, 2, 2);
        Safetensors.write(folder.resolve("points.safetensors"),
                Map.of("x", x, "y", Tensor.of(new float[]{5, 11}, 2)));
        Safetensors.write(folder.resolve("x.safetensors"), Map.of("x", x));
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none", "-cp",
                System.getProperty("java.class.path"), "-d", folder.resolve("classes").toString(),
                folder.resolve("Doubling.java").toString()));

        CommandLines covector = new CommandLines(folder);
        String[] consoles = {""};
        String actual = CONSOLE.matcher(readme).replaceAll(block -> {
            List<String> lines = block.group().lines().filter(line -> line.startsWith("$ ")).toList();
            assertTrue(lines.stream().allMatch(line -> line.startsWith("$ covector ")),
                    () -> lines.toString());
            consoles[0] += lines;
            return Matcher.quoteReplacement(covector.transcript(lines));
        });
        Matcher shell = SHELL.matcher(readme);
        while (shell.find()) {
            for (String line : shell.group().lines().toList()) {
                CommandLines.Ended ended = covector.run(line.replaceFirst("^covector ", ""));
                assertEquals(0, ended.status(), () -> line + "\n" + ended.err());
            }
        }
        for (String command : Main.commandLine().getSubcommands().keySet()) {
            assertTrue((consoles[0] + readme).contains("covector " + command), command + " has no example");
        }
        if (Boolean.getBoolean("covector.golden.record")) {
            Files.writeString(README, actual);
        }
        assertEquals(Files.readString(README), actual,
                "README.md differs; if it should, record it with -Dcovector.golden.record=true");
    }
}
