package dev.covector.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The plans of the functions of a sample that update parameters: their kernels, and where their buffers are in memory.
 * They are held word for word in a file for each sample, which {@code -Dcovector.golden.record=true} writes anew, so that
 * a review sees what a change of the compiler does to training.
 */
final class TrainingPlans {
    private static final Path FILES = Path.of("src/test/resources/dumps");
    private static final Pattern UPDATING = Pattern.compile("(?m)^  function ([^( ]+)\\(.* update ");

    private TrainingPlans() {}

    /** Compares what a run with {@code --dump} wrote with the sample's file; without training there is none. */
    static void check(String sample, Path dump) throws IOException {
        Path file = FILES.resolve(sample + ".txt");
        String plans = of(dump);
        if (Boolean.getBoolean("covector.golden.record")) {
            Files.createDirectories(FILES);
            Files.deleteIfExists(file);
            if (!plans.isEmpty()) {
                Files.writeString(file, plans);
            }
        } else if (plans.isEmpty()) {
            assertFalse(Files.exists(file), () -> file + " is of a sample that updates nothing");
        } else {
            assertTrue(Files.exists(file),
                    () -> "no " + file + ": record it with -Dcovector.golden.record=true");
            assertEquals(Files.readString(file).replace("\r\n", "\n"), plans,
                    () -> file + " differs; if it should, record it with -Dcovector.golden.record=true");
        }
    }

    private static String of(Path dump) throws IOException {
        StringBuilder plans = new StringBuilder();
        for (Path graph : list(dump)) {
            List<Path> files = list(graph);
            Matcher updating = UPDATING.matcher(Files.readString(find(files, "-source.txt")));
            while (updating.find()) {
                plans.append("# graph ").append(graph.getFileName()).append('\n');
                plans.append(Files.readString(find(files, "-" + updating.group(1) + ".plan.txt")))
                        .append('\n');
            }
        }
        return plans.toString();
    }

    private static Path find(List<Path> files, String end) {
        List<Path> found = files.stream().filter(file -> file.toString().endsWith(end)).toList();
        assertEquals(1, found.size(), () -> "files that end with " + end + ": " + found);
        return found.getFirst();
    }

    /** What is in a directory, by name. */
    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
