package dev.covector.cli;

import dev.covector.compiler.Artifact;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Files by their paths with slashes, as a directory or a jar. */
final class ClassFiles {
    /** Of all entries, so that the same files make the same jar; the format can't tell an earlier one. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0, 2);

    private ClassFiles() {}

    /** The facade. */
    static SortedMap<String, byte[]> source(Artifact artifact) {
        return new TreeMap<>(
                Map.of(artifact.sourcePath(), artifact.source().getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes to a directory; what has the right content already keeps its time. */
    static void write(SortedMap<String, byte[]> files, Path directory) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            if (!Files.exists(path) || !Arrays.equals(Files.readAllBytes(path), file.getValue())) {
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
        }
    }

    static void writeJar(SortedMap<String, byte[]> files, Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            put(entries, "META-INF/MANIFEST.MF");
            manifest.write(entries);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                put(entries, file.getKey());
                entries.write(file.getValue());
            }
        }
    }

    private static void put(JarOutputStream entries, String name) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTimeLocal(TIME);
        entries.putNextEntry(entry);
    }
}
