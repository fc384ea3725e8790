package dev.covector.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A graph, from a method or a file.
 *
 * @param className of its facade
 * @param factory   the method, or null
 * @param file      the file, or null
 */
record GraphSource(String className, @Nullable String factory, @Nullable Path file) {
    private static final String SUFFIX = ".txt";

    /** The graphs of a folder and the folders in it, which are packages; sorted. */
    static List<GraphSource> of(Path folder) throws IOException {
        List<GraphSource> sources = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
                    sources.add(new GraphSource(className(folder.relativize(file)), null, file));
                }
            }
        }
        return sources;
    }

    /** {@code com.example.Mlp} for {@code com/example/mlp.txt}. */
    private static String className(Path relative) {
        StringBuilder name = new StringBuilder();
        for (Path part : relative) {
            name.append(name.isEmpty() ? "" : ".").append(part);
        }
        name.setLength(name.length() - SUFFIX.length());
        int first = name.lastIndexOf(".") + 1;
        return name.substring(0, first) + name.substring(first, first + 1).toUpperCase(Locale.ROOT)
                + name.substring(first + 1);
    }

    /** What the command line calls this. */
    List<String> arguments(String classPath) {
        return factory == null ? List.of(String.valueOf(file))
                : List.of("--factory", factory, "--class-path", classPath);
    }
}
