package dev.covector.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** README.md shows parts of the projects in src/it, which the build runs. */
final class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("```\\w+\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)`");
    /** Those that Maven sets are read only. */
    private static final Pattern SETTABLE = Pattern.compile(
            "@Parameter(?:\\((?![^\n]*readonly)[^\n]*\\))?\n    private [^\n]+? (\\w+)(?: =|;)");

    @Test
    void eachExampleIsPartOfAProject() throws IOException {
        StringBuilder projects = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/it"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                projects.append(Files.readString(file));
            }
        }
        String all = projects.toString()
                .replaceAll("@project\\.version@|\\$\\{covector\\.version}", "0.1.0-SNAPSHOT")
                .replaceAll("@kotlin\\.version@", "2.4.21").replaceAll("@jspecify\\.version@", "1.0.1");
        List<String> blocks = BLOCK.matcher(Files.readString(Path.of("README.md"))).results()
                .map(block -> block.group(1)).toList();
        assertTrue(blocks.size() >= 7, "the examples were not found");
        for (String block : blocks) {
            assertTrue(all.contains(block), () -> "no project in src/it has\n" + block);
        }
    }

    @Test
    void eachParameterIsInTheTable() throws IOException {
        List<String> told = ROW.matcher(Files.readString(Path.of("README.md"))).results()
                .map(row -> row.group(1)).toList();
        String source = Files.readString(Path.of("src/main/java/dev/covector/maven/CompileMojo.java"));
        List<String> settable =
                SETTABLE.matcher(source).results().map(field -> field.group(1)).sorted().toList();
        assertEquals(settable, told.stream().sorted().toList());
        assertEquals(6, settable.size());
    }
}
