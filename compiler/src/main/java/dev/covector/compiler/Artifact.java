package dev.covector.compiler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A graph that was {@linkplain AheadOfTime compiled ahead of time}, as files. Needs {@code covector-runtime} and nothing else. */
public final class Artifact {
    private final SortedMap<String, byte[]> files;
    private final String sourcePath;
    private final String source;
    private final String nullMarkedSource;

    Artifact(SortedMap<String, byte[]> files, String sourcePath, String source, String nullMarkedSource) {
        this.files = Collections.unmodifiableSortedMap(files);
        this.sourcePath = sourcePath;
        this.source = source;
        this.nullMarkedSource = nullMarkedSource;
    }

    /**
     * The same with a facade that is {@code @NullMarked}, so that Kotlin, and checkers of Java, know that nothing in it is
     * null. Whoever compiles it needs JSpecify's annotations ({@code org.jspecify:jspecify}); who calls it, and the program
     * when it runs, does not.
     */
    public Artifact nullMarked() {
        return new Artifact(files, sourcePath, nullMarkedSource, nullMarkedSource);
    }

    /**
     * What belongs on the class path, for the compiler of {@link #source} and at run time: class files, and the file with the
     * program's data, by their paths with slashes. Unmodifiable.
     */
    public SortedMap<String, byte[]> files() {
        return files;
    }

    /** Where {@link #source} belongs among sources, such as {@code com/example/Mlp.java}. */
    public String sourcePath() {
        return sourcePath;
    }

    /** The facade: the Java source text of the class by which programs call the graph's functions. */
    public String source() {
        return source;
    }

    /**
     * Writes the files to one directory, and the facade to another. A file that has the right content already is left as it
     * is, with its time.
     *
     * @throws IOException if they can't be written
     */
    public void writeTo(Path classes, Path sources) throws IOException {
        SortedMap<Path, byte[]> all = new TreeMap<>();
        files.forEach((path, bytes) -> all.put(classes.resolve(path), bytes));
        all.put(sources.resolve(sourcePath), source.getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<Path, byte[]> file : all.entrySet()) {
            Path path = file.getKey();
            if (!Files.exists(path) || !Arrays.equals(Files.readAllBytes(path), file.getValue())) {
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
        }
    }
}
