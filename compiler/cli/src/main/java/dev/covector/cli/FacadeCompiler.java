package dev.covector.cli;

import dev.covector.compiler.Artifact;
import dev.covector.runtime.CompiledGraph;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/** Makes class files of the facade, with the JDK's own compiler. */
final class FacadeCompiler {
    private FacadeCompiler() {}

    /**
     * The facade's classes by their paths.
     *
     * @throws UserException if this JVM has no compiler
     */
    static SortedMap<String, byte[]> compile(Artifact artifact) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new UserException("compiling the facade needs a JDK, and " + System.getProperty("java.home")
                    + " has no compiler; --sources DIR writes the facade's source instead");
        }
        try {
            Path folder = Files.createTempDirectory("covector");
            try {
                return compile(artifact, compiler, folder);
            } finally {
                try (Stream<Path> all = Files.walk(folder)) {
                    all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the facade can't be compiled: " + e.getMessage(), e);
        }
    }

    private static SortedMap<String, byte[]> compile(Artifact artifact, JavaCompiler compiler, Path folder)
            throws IOException {
        Path kernels = folder.resolve("kernels");
        Path classes = Files.createDirectory(folder.resolve("classes"));
        // The annotation is in the class file then, where Kotlin sees it though it may lack the class of the annotation.
        artifact.nullMarked().writeTo(kernels, folder);
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int status = compiler.run(null, messages, messages, "--release", "21", "-proc:none", "-parameters",
                "-d", classes.toString(), "-cp",
                String.join(File.pathSeparator, place(CompiledGraph.class), place(NullMarked.class),
                        kernels.toString()),
                folder.resolve(artifact.sourcePath()).toString());
        if (status != 0) {
            throw new IllegalStateException(
                    "javac refuses the facade\n" + messages.toString(StandardCharsets.UTF_8));
        }
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(classes)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                files.put(classes.relativize(path).toString().replace(File.separatorChar, '/'),
                        Files.readAllBytes(path));
            }
        }
        return files;
    }

    /** The folder or jar that a class is in. */
    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
