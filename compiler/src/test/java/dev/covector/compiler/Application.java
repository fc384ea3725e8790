package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.graph.Graph;
import dev.covector.runtime.CompiledGraph;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A program of its own that uses what was compiled ahead of time: compiled by javac, and run by other JVMs. */
final class Application {
    private final Path classes;
    private final Path sources;

    Application(Path folder) {
        this.classes = folder.resolve("classes");
        this.sources = folder.resolve("sources");
    }

    /** Adds what the graph is compiled to, in the package {@code app}. */
    void add(Graph graph, String className) throws IOException {
        AheadOfTime.compile(graph, "app", className).writeTo(classes, sources);
    }

    /** Adds a source file. */
    void add(String path, String text) throws IOException {
        Files.createDirectories(sources.resolve(path).getParent());
        Files.writeString(sources.resolve(path), text);
    }

    /** The folder of class files. */
    Path classes() {
        return classes;
    }

    /** Compiles all sources; a warning is an error. */
    void compile() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--release", "21", "-Xlint:all", "-Werror",
                "-Xdoclint:all,-missing",
                "-d", classes.toString(), "-cp", runtime() + System.getProperty("path.separator") + classes));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(Files::isRegularFile).map(Path::toString).sorted().forEach(arguments::add);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status =
                ToolProvider.getSystemJavaCompiler().run(null, out, out, arguments.toArray(String[]::new));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        assertEquals(0, status);
    }

    /** Where the runtime's classes are: a folder or a jar. */
    static Path runtime() {
        try {
            return Path.of(CompiledGraph.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What {@code java} with these arguments prints. */
    static String java(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> command + " printed\n" + output);
        return output;
    }
}
