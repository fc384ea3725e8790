package dev.covector.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Texts that are held word for word, in files that {@code -Dcovector.golden.record=true} writes anew. */
final class Golden {
    private static final Path SOURCES = Path.of("src/test/resources/dev/covector/explain");

    private Golden() {}

    static void check(String file, String actual) throws IOException {
        if (Boolean.getBoolean("covector.golden.record")) {
            Files.createDirectories(SOURCES);
            Files.writeString(SOURCES.resolve(file), actual);
            return;
        }
        assertEquals(read(file), actual,
                () -> file + " differs; if it should, record it with -Dcovector.golden.record=true");
    }

    static String read(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream(file),
                () -> "no golden file " + file + ": record it with -Dcovector.golden.record=true")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
